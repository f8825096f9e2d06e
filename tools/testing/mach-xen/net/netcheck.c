// SPDX-License-Identifier: GPL-2.0
/*
 * netcheck: datagrams and streams whose every byte is known, and a program for the
 * driver's XDP hook. It runs at both ends of a guest's network interface.
 *
 *   netcheck answer PORT
 *	Until the other end has enough: look at each datagram, and send as many bytes back.
 *   netcheck ask HOST PORT COUNT SIZE [GSO]
 *	COUNT datagrams of up to SIZE bytes, no more than 16 of them on the way at a time;
 *	with GSO they are handed over in one piece, to be cut into GSO bytes each.
 *   netcheck source PORT MIB, netcheck sink HOST PORT MIB
 *	A TCP stream; and back at the same time.
 *   netcheck xdp INTERFACE pass|drop
 *	Until standard input ends, every frame goes through a program that says so.
 *
 * It exits with 0 if nothing was lost, doubled or changed, and says what was.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/bpf.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define WINDOW	16
#define MAX	65507
/* Datagrams of these sizes: is anybody there, and the end. */
#define HELLO	2
#define BYE	1
/* The window fits. */
#define ROOM	(4 << 20)

struct head {
	uint32_t number, size, mark;
};

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static uint8_t byte(uint32_t number, uint32_t i)
{
	uint32_t x = (number + 1) * 2654435761u + (i >> 2) * 2246822519u;

	x ^= x >> 15;
	x *= 3266489917u;
	return x >> (8 * (i & 3));
}

static void fill(uint8_t *buf, uint32_t number, uint32_t size, uint32_t mark)
{
	struct head h = { number, size, mark };
	uint32_t i;

	for (i = sizeof(h); i < size; i++)
		buf[i] = byte(number ^ mark, i);
	memcpy(buf, &h, sizeof(h));
}

static bool right(const uint8_t *buf, uint32_t got, uint32_t mark)
{
	struct head h;
	uint32_t i;

	if (got < sizeof(h))
		return false;
	memcpy(&h, buf, sizeof(h));
	if (h.size != got || h.mark != mark)
		return false;
	for (i = sizeof(h); i < got; i++)
		if (buf[i] != byte(h.number ^ mark, i))
			return false;
	return true;
}

static struct sockaddr_in address(const char *host, const char *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(port)) };

	if (host && inet_pton(AF_INET, host, &a.sin_addr) != 1)
		die(host);
	return a;
}

static int answer(const char *port)
{
	static uint8_t buf[MAX + 1];
	struct sockaddr_in a = address(NULL, port);
	socklen_t len;
	ssize_t n;
	uint32_t good = 0, bad = 0;
	int fd = socket(AF_INET, SOCK_DGRAM, 0), space = ROOM;

	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &space, sizeof(space));
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)))
		die("bind");
	for (;;) {
		len = sizeof(a);
		n = recvfrom(fd, buf, sizeof(buf), 0, (struct sockaddr *)&a, &len);
		if (n < 0)
			die("recvfrom");
		if (n == BYE)
			break;
		if (n == HELLO) {
			sendto(fd, buf, n, 0, (struct sockaddr *)&a, len);
			continue;
		}
		if (!right(buf, n, 1)) {
			bad++;
			continue;
		}
		good++;
		fill(buf, ((struct head *)buf)->number, n, 2);
		if (sendto(fd, buf, n, 0, (struct sockaddr *)&a, len) != n)
			die("sendto");
	}
	printf("%u good, %u bad\n", good, bad);
	return bad || !good;
}

static int ask(const char *host, const char *port, uint32_t count, uint32_t size,
	       uint32_t gso)
{
	static uint8_t buf[MAX + 1];
	uint8_t *seen = calloc(1, count + WINDOW);
	struct sockaddr_in a = address(host, port);
	uint32_t sent = 0, done = 0, bad = 0, twice = 0, tries = 0, n, at, step = gso ? size / gso : 1;
	struct pollfd p = { .fd = socket(AF_INET, SOCK_DGRAM, 0), .events = POLLIN };
	int segment = gso, space = ROOM;
	ssize_t got;

	if (size > MAX || size < sizeof(struct head) || connect(p.fd, (struct sockaddr *)&a, sizeof(a)))
		die("ask");
	setsockopt(p.fd, SOL_SOCKET, SO_RCVBUFFORCE, &space, sizeof(space));
	if (gso && setsockopt(p.fd, SOL_UDP, UDP_SEGMENT, &segment, sizeof(segment)))
		die("UDP_SEGMENT");
	/* The other end may not be there yet. */
	do {
		send(p.fd, buf, HELLO, 0);
		usleep(100000);
		got = recv(p.fd, buf, sizeof(buf), MSG_DONTWAIT);
	} while (got != HELLO && ++tries < 600);
	while (done < count) {
		while (sent < count && sent + step - done <= WINDOW) {
			/* Sizes of all kinds, but for pieces of one. */
			n = gso ? gso : sent % 4 ? size : 20 + sent * 7919 % (size - 19);
			for (at = 0; at < step; at++)
				fill(buf + at * n, sent + at, n, 1);
			if (send(p.fd, buf, n * step, 0) != (ssize_t)(n * step))
				die("send");
			sent += step;
		}
		if (poll(&p, 1, 10000) <= 0)
			break;
		got = recv(p.fd, buf, sizeof(buf), 0);
		if (got < 0)
			die("recv");
		if (got == HELLO)
			continue;
		n = ((struct head *)buf)->number;
		if (!right(buf, got, 2) || n >= count + WINDOW) {
			bad++;
			continue;
		}
		if (seen[n])
			twice++;
		else
			done++;
		seen[n] = 1;
	}
	printf("%u of %u came back, %u bad, %u twice\n", done, count, bad, twice);
	send(p.fd, buf, BYE, 0);
	return done < count || bad || twice;
}

/* Send, and check what comes, both to their ends. */
static int stream(int fd, uint32_t mib, uint32_t mine)
{
	static uint8_t buf[65536];
	uint64_t total = (uint64_t)mib << 20, at, wrong = 0;
	ssize_t n;
	uint32_t i;
	int status;
	pid_t child = fork();

	if (child < 0)
		die("fork");
	if (!child) {
		for (at = 0; at < total; at += n) {
			for (i = 0; i < sizeof(buf); i++)
				buf[i] = byte(mine + ((at + i) >> 16), (at + i) & 0xffff);
			n = total - at < sizeof(buf) ? total - at : sizeof(buf);
			n = send(fd, buf, n, 0);
			if (n <= 0)
				die("send");
		}
		shutdown(fd, SHUT_WR);
		exit(0);
	}
	for (at = 0; (n = recv(fd, buf, sizeof(buf), 0)) > 0; at += n)
		for (i = 0; i < (uint32_t)n; i++)
			wrong += buf[i] != byte((mine ^ 1 << 20) + ((at + i) >> 16), (at + i) & 0xffff);
	if (waitpid(child, &status, 0) != child || status)
		wrong++;
	printf("%llu of %llu bytes came, %llu wrong\n", (unsigned long long)at,
	       (unsigned long long)total, (unsigned long long)wrong);
	return wrong || at != total;
}

static int source(const char *port, uint32_t mib)
{
	struct sockaddr_in a = address(NULL, port);
	int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) || listen(fd, 1))
		die("listen");
	fd = accept(fd, NULL, NULL);
	if (fd < 0)
		die("accept");
	return stream(fd, mib, 0);
}

static int sink(const char *host, const char *port, uint32_t mib)
{
	struct sockaddr_in a = address(host, port);
	int fd, tries;

	for (tries = 0; tries < 600; tries++) {
		fd = socket(AF_INET, SOCK_STREAM, 0);
		if (!connect(fd, (struct sockaddr *)&a, sizeof(a)))
			return stream(fd, mib, 1 << 20);
		if (errno != ECONNREFUSED)
			break;
		close(fd);
		usleep(100000);
	}
	die("connect");
	return 2;
}

static int xdp(const char *interface, uint32_t verdict)
{
	struct bpf_insn prog[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = verdict },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr load = {
		.prog_type = BPF_PROG_TYPE_XDP,
		.insns = (uintptr_t)prog,
		.insn_cnt = 2,
		.license = (uintptr_t)"GPL",
	};
	union bpf_attr link = {
		.link_create.target_ifindex = if_nametoindex(interface),
		.link_create.attach_type = BPF_XDP,
		/* XDP_FLAGS_DRV_MODE: in the driver, or not at all */
		.link_create.flags = 1U << 2,
	};
	char c;

	link.link_create.prog_fd = syscall(__NR_bpf, BPF_PROG_LOAD, &load, sizeof(load));
	if ((int)link.link_create.prog_fd < 0)
		die("BPF_PROG_LOAD");
	if (syscall(__NR_bpf, BPF_LINK_CREATE, &link, sizeof(link)) < 0)
		die("BPF_LINK_CREATE");
	puts("on");
	fflush(stdout);
	while (read(0, &c, 1) > 0)
		;
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[1] : "";

	alarm(300);
	if (!strcmp(what, "answer"))
		return answer(argv[2]);
	if (!strcmp(what, "ask") && argc >= 6)
		return ask(argv[2], argv[3], atoi(argv[4]), atoi(argv[5]),
			   argc > 6 ? atoi(argv[6]) : 0);
	if (!strcmp(what, "source") && argc == 4)
		return source(argv[2], atoi(argv[3]));
	if (!strcmp(what, "sink") && argc == 5)
		return sink(argv[2], argv[3], atoi(argv[4]));
	if (!strcmp(what, "xdp") && argc == 4)
		return xdp(argv[2], strcmp(argv[3], "drop") ? XDP_PASS : XDP_DROP);
	fprintf(stderr, "netcheck: no such thing\n");
	return 2;
}
