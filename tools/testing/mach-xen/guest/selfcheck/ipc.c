// SPDX-License-Identifier: GPL-2.0
/* Processes talking: pipes, eventfd, epoll, sockets, System V memory. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ktap.h"

TEST(ipc_pipe_stream)
{
	static uint32_t buf[3000];
	unsigned int i, j;
	int p[2];
	pid_t pid;

	check(!pipe(p));
	pid = mx_fork();
	if (!pid) {
		close(p[0]);
		for (i = 0; i < 40; i++) {
			for (j = 0; j < ARRAY_SIZE(buf); j++)
				buf[j] = mx_word(i, j);
			check(write(p[1], buf, sizeof(buf)) == sizeof(buf));
		}
		_exit(0);
	}
	close(p[1]);
	for (i = 0; i < 40; i++) {
		size_t got = 0;

		while (got < sizeof(buf)) {
			ssize_t n = read(p[0], (char *)buf + got,
					 sizeof(buf) - got);

			check(n > 0);
			got += n;
		}
		for (j = 0; j < ARRAY_SIZE(buf); j++)
			check(buf[j] == mx_word(i, j), "block %u", i);
	}
	check(read(p[0], buf, 1) == 0);
	mx_reap(pid);
}

TEST(ipc_ping_pong)
{
	int a[2], b[2], i;
	pid_t pid;
	char c;

	check(!pipe(a) && !pipe(b));
	pid = mx_fork();
	if (!pid) {
		for (i = 0; i < 500; i++) {
			check(read(a[0], &c, 1) == 1 && c == (char)i);
			check(write(b[1], &c, 1) == 1);
		}
		_exit(0);
	}
	for (i = 0; i < 500; i++) {
		c = i;
		check(write(a[1], &c, 1) == 1);
		check(read(b[0], &c, 1) == 1 && c == (char)i);
	}
	mx_reap(pid);
}

TEST(ipc_epoll_eventfd)
{
	struct epoll_event ev = { .events = EPOLLIN }, got;
	int ep = epoll_create1(0), fd[4], i;
	uint64_t v, sum = 0;
	pid_t pid;

	check(ep >= 0);
	for (i = 0; i < 4; i++) {
		fd[i] = eventfd(0, EFD_NONBLOCK);
		check(fd[i] >= 0);
		ev.data.u32 = i;
		check(!epoll_ctl(ep, EPOLL_CTL_ADD, fd[i], &ev));
	}
	check(epoll_wait(ep, &got, 1, 0) == 0);
	pid = mx_fork();
	if (!pid) {
		for (i = 1; i <= 100; i++) {
			v = i;
			check(write(fd[i % 4], &v, 8) == 8);
		}
		_exit(0);
	}
	while (sum < 5050) {
		check(epoll_wait(ep, &got, 1, -1) == 1 && got.data.u32 < 4);
		if (read(fd[got.data.u32], &v, 8) == 8)
			sum += v;
	}
	check(sum == 5050);
	mx_reap(pid);
}

TEST(ipc_socket_passes_fd)
{
	char data = 'd', ctl[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec iov = { &data, 1 };
	struct msghdr m = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = ctl, .msg_controllen = sizeof(ctl),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	int sv[2], p[2], fd;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sv)) {
		check(errno == EAFNOSUPPORT || errno == ENOSYS);
		mx_skip("no AF_UNIX in this kernel");
	}
	pid = mx_fork();
	if (!pid) {
		check(!pipe(p));
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &p[0], sizeof(int));
		check(write(p[1], "hello", 5) == 5);
		check(sendmsg(sv[1], &m, 0) == 1);
		_exit(0);
	}
	check(recvmsg(sv[0], &m, 0) == 1);
	c = CMSG_FIRSTHDR(&m);
	check(c && c->cmsg_type == SCM_RIGHTS);
	memcpy(&fd, CMSG_DATA(c), sizeof(int));
	mx_reap(pid);
	{
		char buf[8];

		check(read(fd, buf, 8) == 5 && !memcmp(buf, "hello", 5));
	}
}

TEST(ipc_sysv_shm_sem)
{
	int shm = shmget(IPC_PRIVATE, 64 * PAGE, IPC_CREAT | 0600);
	int sem = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
	struct sembuf up = { 0, 1, 0 }, down = { 0, -1, 0 };
	struct shmid_ds ds;
	uint32_t *p;
	unsigned int i;
	pid_t pid[3];
	int j;

	check(shm >= 0 && sem >= 0);
	p = shmat(shm, NULL, 0);
	check(p != (void *)-1);
	check(!shmctl(shm, IPC_RMID, NULL));
	for (j = 0; j < 3; j++) {
		pid[j] = mx_fork();
		if (pid[j])
			continue;
		for (i = 0; i < 40; i++) {
			/* A plain increment: only the semaphore guards it. */
			check(!semop(sem, &down, 1));
			p[0]++;
			p[(1 + i) * 1024]++;
			check(!semop(sem, &up, 1));
		}
		_exit(0);
	}
	check(!semop(sem, &up, 1));
	check(!shmctl(shm, IPC_STAT, &ds) && ds.shm_nattch >= 1);
	for (j = 0; j < 3; j++)
		mx_reap(pid[j]);
	check(p[0] == 120, "%u", p[0]);
	for (i = 0; i < 40; i++)
		check(p[(1 + i) * 1024] == 3);
	check(!shmdt(p) && !semctl(sem, 0, IPC_RMID));
}
