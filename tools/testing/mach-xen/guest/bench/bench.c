// SPDX-License-Identifier: GPL-2.0
/*
 * What operations of the kernel cost, in ticks of the TSC.
 *
 * scripts/bench boots this program with a TSC that counts instructions, those of user
 * space, kernel and hypervisor together. Each row runs a few batches of operations and
 * prints the median of the batches, divided by the number of operations:
 *
 *	mach-xen: bench ROW TICKS
 *
 * The program builds for 32 and for 64 bits. One CPU is assumed, except by futex2.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <linux/futex.h>

#define BATCHES		5
#define PAGE		4096UL
#define MIB		(1024UL * 1024)

/* The interpreter and the libraries of this one are in the initrd. */
#define DYNAMIC		"/tests/bench-dynamic"
#define FILE_NAME	"/tmp/bench-file"

struct row {
	const char *name;
	int ops;			/* in a batch */
	void (*run)(int ops);
	void (*prepare)(int ops);	/* before each batch, not measured */
	void (*finish)(int ops);	/* after each batch, not measured */
	bool (*possible)(void);		/* in this system; NULL: everywhere */
};

static const char *self;

static uint64_t ticks(void)
{
	uint32_t low, high;

	asm volatile("lfence; rdtsc" : "=a" (low), "=d" (high) : : "memory");

	return (uint64_t)high << 32 | low;
}

static void __attribute__((noreturn, format(printf, 1, 2))) die(const char *fmt, ...)
{
	int err = errno;
	va_list args;

	printf("Bail out! ");
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf(": %s\n", strerror(err));
	fflush(stdout);
	_exit(1);
}

static void must(bool ok, const char *what)
{
	if (!ok)
		die("%s", what);
}

static void reap(pid_t pid)
{
	int status;

	must(waitpid(pid, &status, 0) == pid, "waitpid");
	if (status) {
		errno = ECHILD;
		die("a child ended with status %x", status);
	}
}

static char *map(size_t size)
{
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	must(p != MAP_FAILED, "mmap");

	return p;
}

static void touch(char *p, size_t size)
{
	size_t i;

	for (i = 0; i < size; i += PAGE)
		((volatile char *)p)[i] = 1;
}

/* -- system calls ------------------------------------------------------------ */

#ifdef __i386__
static void run_int80(int ops)
{
	int ret;

	while (ops--)
		asm volatile("int $0x80" : "=a" (ret) : "a" (SYS_getppid) : "memory");
}
#endif

static void run_getppid(int ops)
{
	while (ops--)
		getppid();
}

static int zero_fd, null_fd;

static void open_devices(int ops)
{
	zero_fd = open("/dev/zero", O_RDONLY);
	null_fd = open("/dev/null", O_WRONLY);
	must(zero_fd >= 0 && null_fd >= 0, "opening /dev/zero and /dev/null");
}

static void close_devices(int ops)
{
	close(zero_fd);
	close(null_fd);
}

static void run_read(int ops)
{
	char c;

	while (ops--)
		must(read(zero_fd, &c, 1) == 1, "read");
}

static void run_write(int ops)
{
	while (ops--)
		must(write(null_fd, "x", 1) == 1, "write");
}

static void run_stat(int ops)
{
	struct stat st;

	while (ops--)
		must(!stat(self, &st), "stat");
}

static void run_open_close(int ops)
{
	int fd;

	while (ops--) {
		fd = open(self, O_RDONLY);
		must(fd >= 0, "open");
		close(fd);
	}
}

static void run_clock(int ops)
{
	struct timespec ts;

	while (ops--)
		clock_gettime(CLOCK_MONOTONIC, &ts);
}

static void handler(int sig)
{
	(void)sig;
}

static void run_signal(int ops)
{
	signal(SIGUSR1, handler);
	while (ops--)
		raise(SIGUSR1);
}

#define SELECT_FDS	100

static int select_fds[SELECT_FDS][2];

static void open_pipes(int ops)
{
	int i;

	for (i = 0; i < SELECT_FDS; i++)
		must(!pipe(select_fds[i]), "pipe");
}

static void close_pipes(int ops)
{
	int i;

	for (i = 0; i < SELECT_FDS; i++) {
		close(select_fds[i][0]);
		close(select_fds[i][1]);
	}
}

static void run_select(int ops)
{
	struct timeval none;
	fd_set fds;
	int i, max;

	while (ops--) {
		FD_ZERO(&fds);
		for (max = i = 0; i < SELECT_FDS; i++) {
			FD_SET(select_fds[i][0], &fds);
			if (select_fds[i][0] > max)
				max = select_fds[i][0];
		}
		none = (struct timeval){};
		must(!select(max + 1, &fds, NULL, NULL, &none), "select");
	}
}

/* -- processes --------------------------------------------------------------- */

static void run_fork(int ops)
{
	pid_t pid;

	while (ops--) {
		pid = fork();
		must(pid >= 0, "fork");
		if (!pid)
			_exit(0);
		reap(pid);
	}
}

static void spawn(pid_t (*how)(void), const char *path)
{
	pid_t pid = how();

	must(pid >= 0, "fork or vfork");
	if (!pid) {
		execl(path, path, "true", NULL);
		_exit(127);
	}
	reap(pid);
}

static void run_fork_exec(int ops)
{
	while (ops--)
		spawn(fork, self);
}

static void run_vfork_exec(int ops)
{
	pid_t pid;

	/* A function that calls vfork() must not return in the child. */
	while (ops--) {
		pid = vfork();
		must(pid >= 0, "vfork");
		if (!pid) {
			execl(self, self, "true", NULL);
			_exit(127);
		}
		reap(pid);
	}
}

static bool dynamic_possible(void)
{
	return sizeof(long) == 4 && !access(DYNAMIC, X_OK);
}

static void run_exec_dynamic(int ops)
{
	while (ops--)
		spawn(fork, DYNAMIC);
}

static void run_shell(int ops)
{
	static const char loop[] =
		"i=0; while [ $i -lt 100 ]; do /bin/true; i=$((i + 1)); done";
	pid_t pid;

	while (ops--) {
		pid = fork();
		must(pid >= 0, "fork");
		if (!pid) {
			execl("/bin/sh", "sh", "-c", loop, NULL);
			_exit(127);
		}
		reap(pid);
	}
}

static char *big;

static void big_32(int ops)
{
	big = map(32 * MIB);
	touch(big, 32 * MIB);
}

static void drop_big_32(int ops)
{
	munmap(big, 32 * MIB);
}

/* The child waits for a byte with its memory in place; only its end is measured. */
static int end_pipe[2];
static pid_t end_pid;

static void child_with_64(int ops)
{
	int ready[2];
	char c;

	must(!pipe(end_pipe) && !pipe(ready), "pipe");
	end_pid = fork();
	must(end_pid >= 0, "fork");
	if (!end_pid) {
		close(end_pipe[1]);
		touch(map(64 * MIB), 64 * MIB);
		if (write(ready[1], "r", 1) != 1 || read(end_pipe[0], &c, 1))
			_exit(1);
		_exit(0);
	}
	must(read(ready[0], &c, 1) == 1, "the child with 64 MiB");
	close(ready[0]);
	close(ready[1]);
}

static void run_exit(int ops)
{
	close(end_pipe[1]);
	reap(end_pid);
	close(end_pipe[0]);
}

static void *no_thread(void *arg)
{
	return arg;
}

static void run_thread(int ops)
{
	pthread_t thread;

	while (ops--) {
		must(!pthread_create(&thread, NULL, no_thread, NULL), "pthread_create");
		pthread_join(thread, NULL);
	}
}

/* -- switches ---------------------------------------------------------------- */

#define RING_MAX	8

static int ring[RING_MAX + 1][2];
static pid_t ring_pids[RING_MAX];
static size_t ring_memory;
static int ring_size;

/* Each process takes a byte from the pipe before it and gives it to the next one. */
static void ring_process(int i)
{
	char *memory = ring_memory ? map(ring_memory) : NULL;
	char c;
	int j;

	for (j = 0; j <= ring_size; j++) {
		if (j != i)
			close(ring[j][0]);
		if (j != i + 1)
			close(ring[j][1]);
	}
	while (read(ring[i][0], &c, 1) == 1) {
		touch(memory, ring_memory);
		if (write(ring[i + 1][1], &c, 1) != 1)
			_exit(1);
	}
	_exit(0);
}

static void once_round(void)
{
	char c;

	must(write(ring[0][1], "x", 1) == 1 && read(ring[ring_size][0], &c, 1) == 1,
	     "the ring of processes");
}

static void make_ring(int size, size_t memory)
{
	int i;

	ring_size = size;
	ring_memory = memory;
	for (i = 0; i <= size; i++)
		must(!pipe(ring[i]), "pipe");
	for (i = 0; i < size; i++) {
		ring_pids[i] = fork();
		must(ring_pids[i] >= 0, "fork");
		if (!ring_pids[i])
			ring_process(i);
	}
	for (i = 0; i <= size; i++) {
		if (i)
			close(ring[i][1]);
		if (i < size)
			close(ring[i][0]);
	}
	once_round();
}

static void make_pair(int ops)
{
	make_ring(1, 0);
}

static void make_eight(int ops)
{
	make_ring(8, 64 * 1024);
}

static void end_ring(int ops)
{
	int i;

	close(ring[0][1]);
	for (i = 0; i < ring_size; i++)
		reap(ring_pids[i]);
	close(ring[ring_size][0]);
}

static void run_ring(int ops)
{
	while (ops--)
		once_round();
}

static void run_ring_hops(int ops)
{
	run_ring(ops / RING_MAX);
}

static int futex_word;
static pthread_t futex_thread;
static int futex_ops;

static void on_cpu(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	must(!sched_setaffinity(0, sizeof(set), &set), "sched_setaffinity");
}

static void futex_turn(int mine, int ops)
{
	while (ops--) {
		while (__atomic_load_n(&futex_word, __ATOMIC_ACQUIRE) != mine)
			syscall(SYS_futex, &futex_word, FUTEX_WAIT_PRIVATE, !mine, NULL, NULL, 0);
		__atomic_store_n(&futex_word, !mine, __ATOMIC_RELEASE);
		syscall(SYS_futex, &futex_word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
	}
}

static void *futex_other(void *arg)
{
	on_cpu(1);
	futex_turn(1, futex_ops);

	return arg;
}

static void start_other(int ops)
{
	futex_word = 0;
	futex_ops = ops;
	on_cpu(0);
	must(!pthread_create(&futex_thread, NULL, futex_other, NULL), "pthread_create");
}

static void run_futex(int ops)
{
	futex_turn(0, ops);
	pthread_join(futex_thread, NULL);
}

static bool two_cpus(void)
{
	return sysconf(_SC_NPROCESSORS_ONLN) > 1;
}

/* -- memory ------------------------------------------------------------------ */

static char *area;

static void map_area(int ops)
{
	area = map(ops * PAGE);
	/* Each page is to have a fault of its own. */
	madvise(area, ops * PAGE, MADV_NOHUGEPAGE);
}

static void map_touched(int ops)
{
	map_area(ops);
	touch(area, ops * PAGE);
}

static void unmap_area(int ops)
{
	munmap(area, ops * PAGE);
}

static void run_touch(int ops)
{
	touch(area, ops * PAGE);
}

static pid_t cow_pid;

/* While the child sleeps the pages have two owners. */
static void map_shared(int ops)
{
	map_touched(ops);
	cow_pid = fork();
	must(cow_pid >= 0, "fork");
	if (!cow_pid) {
		pause();
		_exit(0);
	}
}

static void unmap_shared(int ops)
{
	kill(cow_pid, SIGKILL);
	waitpid(cow_pid, NULL, 0);
	unmap_area(ops);
}

static void run_mmap64k(int ops)
{
	char *p;

	while (ops--) {
		p = map(64 * 1024);
		touch(p, 64 * 1024);
		munmap(p, 64 * 1024);
	}
}

static void make_file(int ops)
{
	char buf[PAGE] = {};
	int fd, i;

	fd = open(FILE_NAME, O_CREAT | O_TRUNC | O_WRONLY, 0600);
	must(fd >= 0, FILE_NAME);
	for (i = 0; i < 16; i++)
		must(write(fd, buf, PAGE) == (ssize_t)PAGE, "write");
	close(fd);
}

static void run_mmap_file(int ops)
{
	volatile char sum = 0;
	size_t i;
	char *p;
	int fd;

	while (ops--) {
		fd = open(FILE_NAME, O_RDONLY);
		p = mmap(NULL, 64 * 1024, PROT_READ, MAP_SHARED, fd, 0);
		must(fd >= 0 && p != MAP_FAILED, "mapping a file");
		for (i = 0; i < 64 * 1024; i += PAGE)
			sum += p[i];
		munmap(p, 64 * 1024);
		close(fd);
	}
}

static void map_1m(int ops)
{
	map_touched(256);
}

static void unmap_1m(int ops)
{
	unmap_area(256);
}

static void run_mprotect(int ops)
{
	while (ops--) {
		must(!mprotect(area, MIB, PROT_READ), "mprotect");
		must(!mprotect(area, MIB, PROT_READ | PROT_WRITE), "mprotect");
	}
}

static void run_mremap(int ops)
{
	char *to;

	while (ops--) {
		to = map(MIB);
		area = mremap(area, MIB, MIB, MREMAP_MAYMOVE | MREMAP_FIXED, to);
		must(area != MAP_FAILED, "mremap");
	}
}

static void run_munmap(int ops)
{
	must(!munmap(area, MIB), "munmap");
}

/* -- network and disk -------------------------------------------------------- */

static int tcp[2];

static bool tcp_possible(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd >= 0)
		close(fd);

	return fd >= 0;
}

static void tcp_open(int ops)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t len = sizeof(addr);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	must(!bind(fd, (struct sockaddr *)&addr, len) && !listen(fd, 1) &&
	     !getsockname(fd, (struct sockaddr *)&addr, &len), "a TCP server");
	tcp[0] = socket(AF_INET, SOCK_STREAM, 0);
	must(!connect(tcp[0], (struct sockaddr *)&addr, len), "connect");
	tcp[1] = accept(fd, NULL, NULL);
	must(tcp[1] >= 0, "accept");
	close(fd);
}

static void tcp_close(int ops)
{
	close(tcp[0]);
	close(tcp[1]);
}

static void run_tcp(int ops)
{
	char c;

	while (ops--) {
		must(write(tcp[0], "x", 1) == 1 && read(tcp[1], &c, 1) == 1 &&
		     write(tcp[1], "x", 1) == 1 && read(tcp[0], &c, 1) == 1, "TCP");
	}
}

static char *block_buf;
static int block_fd;

static bool disk_possible(void)
{
	block_fd = open("/dev/xvda", O_RDONLY | O_DIRECT);
	block_buf = map(PAGE);

	return block_fd >= 0;
}

static void run_block(int ops)
{
	while (ops--)
		must(pread(block_fd, block_buf, PAGE, ops * PAGE) == (ssize_t)PAGE, "pread");
}

/* -- rows -------------------------------------------------------------------- */

static const struct row rows[] = {
#ifdef __i386__
	{ "int80",	2000,	run_int80 },
#endif
	{ "getppid",	2000,	run_getppid },
	{ "read1",	2000,	run_read, open_devices, close_devices },
	{ "write1",	2000,	run_write, open_devices, close_devices },
	{ "stat",	1000,	run_stat },
	{ "openclose",	1000,	run_open_close },
	{ "clockget",	2000,	run_clock },
	{ "sighandle",	1000,	run_signal },
	{ "select100",	200,	run_select, open_pipes, close_pipes },
	{ "fork",	20,	run_fork },
	{ "forkexec",	10,	run_fork_exec },
	{ "vforkexec",	10,	run_vfork_exec },
	{ "execdyn",	10,	run_exec_dynamic, .possible = dynamic_possible },
	{ "shell100",	1,	run_shell },
	{ "fork32M",	3,	run_fork, big_32, drop_big_32 },
	{ "exit64M",	1,	run_exit, child_with_64 },
	{ "thread",	50,	run_thread },
	{ "pipepp",	500,	run_ring, make_pair, end_ring },
	{ "switch8",	800,	run_ring_hops, make_eight, end_ring },
	{ "futex2",	500,	run_futex, start_other, .possible = two_cpus },
	{ "pgfault",	512,	run_touch, map_area, unmap_area },
	{ "cowfault",	512,	run_touch, map_shared, unmap_shared },
	{ "mmap64k",	50,	run_mmap64k },
	{ "mmapfile",	50,	run_mmap_file, make_file },
	{ "mprot1M",	20,	run_mprotect, map_1m, unmap_1m },
	{ "mremap1M",	10,	run_mremap, map_1m, unmap_1m },
	{ "munmap1M",	1,	run_munmap, map_1m },
	{ "tcploop",	200,	run_tcp, tcp_open, tcp_close, tcp_possible },
	{ "blkread4k",	64,	run_block, .possible = disk_possible },
};

#define ROWS	(sizeof(rows) / sizeof(rows[0]))

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/*
 * A system call that there is not: bench-profile finds it in QEMU's log of interrupts,
 * with the number of operations that follow, or 0 behind them.
 */
static void mark(int ops)
{
#ifdef __i386__
	long ret;

	asm volatile("int $0x80" : "=a" (ret) : "0" (0x6d61726b), "c" (ops) : "memory");
#endif
}

static bool profiled;

static uint64_t batch(const struct row *row)
{
	uint64_t start, end;

	if (row->prepare)
		row->prepare(row->ops);
	if (profiled)
		mark(row->ops);
	start = ticks();
	row->run(row->ops);
	end = ticks();
	if (profiled)
		mark(0);
	if (row->finish)
		row->finish(row->ops);

	return end - start;
}

static void measure(const struct row *row, int repeat)
{
	uint64_t all[BATCHES];
	int i;

	/* The first batch fills caches. */
	for (i = 0; i < repeat; i++)
		batch(row);
	for (i = 0; i < BATCHES; i++)
		all[i] = batch(row);
	qsort(all, BATCHES, sizeof(all[0]), by_value);
	printf("mach-xen: bench %s %llu\n", row->name,
	       (unsigned long long)(all[BATCHES / 2] + row->ops / 2) / row->ops);
}

static bool wanted(const char *list, const char *name)
{
	size_t len = strlen(name);
	const char *p = list;

	while (p && (p = strstr(p, name))) {
		if ((p == list || p[-1] == ',') && (p[len] == ',' || !p[len]))
			return true;
		p += len;
	}

	return !list;
}

int main(int argc, char **argv)
{
	const char *list = argc > 1 ? argv[1] : NULL;
	int repeat = argc > 2 ? BATCHES * atoi(argv[2]) : 1;
	size_t i, n = 0;

	profiled = argc > 2;

	/* What spawn() starts. */
	if (list && !strcmp(list, "true"))
		return 0;

	self = argv[0];
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (i = 0; i < ROWS; i++) {
		if (!wanted(list, rows[i].name))
			continue;
		n++;
		if (rows[i].possible && !rows[i].possible()) {
			printf("ok %zu %s # SKIP not in this system\n", n, rows[i].name);
			continue;
		}
		measure(&rows[i], repeat);
		printf("ok %zu %s\n", n, rows[i].name);
	}
	printf("1..%zu\n", n);

	return n ? 0 : 1;
}
