// SPDX-License-Identifier: GPL-2.0
/*
 * badback: the backend of a disk that keeps to the protocol until the front end writes,
 * and then does not. It runs in dom0; the shell that starts it does what is to do in
 * xenstore.
 *
 *   badback DOMID RING-REF EVENT-CHANNEL HOW
 *
 * It prints "ready" when it serves, and what it does when it does it, and ends when it is
 * killed. What is read is what the guest's pages had. The front end is one of i386, its
 * ring is one page, and it was offered no feature. The layout is that of Xen's public
 * headers (io/ring.h, io/blkif.h), for that ABI.
 */
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

/* The headers of Linux leave these to Xen's. */
typedef uint32_t grant_ref_t;
typedef uint16_t domid_t;
#include <xen/evtchn.h>
#include <xen/gntdev.h>

#define RING_SIZE	32
#define OP_WRITE	1

#pragma pack(push, 4)
struct request {
	uint8_t operation, segments;
	uint16_t handle;
	uint64_t id, sector;
	struct {
		uint32_t gref;
		uint8_t first, last;
	} seg[11];
};

struct response {
	uint64_t id;
	uint8_t operation;
	int16_t status;
};

struct ring {
	uint32_t req_prod, req_event, rsp_prod, rsp_event;
	uint8_t pad[48];
	union {
		struct request req;
		struct response rsp;
	} entry[RING_SIZE];
};
#pragma pack(pop)

_Static_assert(sizeof(struct request) == 108, "request");
_Static_assert(sizeof(struct response) == 12, "response");
_Static_assert(offsetof(struct ring, entry) == 64, "ring");

static volatile struct ring *ring;
static uint32_t req_cons, rsp_prod;
static int evtchn;
static struct ioctl_evtchn_notify notify;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void put(uint64_t id, uint8_t operation, int16_t status)
{
	volatile struct response *rsp = &ring->entry[rsp_prod++ % RING_SIZE].rsp;

	rsp->id = id;
	rsp->operation = operation;
	rsp->status = status;
}

static void push(void)
{
	__sync_synchronize();
	ring->rsp_prod = rsp_prod;
	__sync_synchronize();
	ioctl(evtchn, IOCTL_EVTCHN_NOTIFY, &notify);
}

/* How it goes on: not at all, since there is no such way; silently; as if nothing was. */
enum then { NO_SUCH_WAY, SILENT, GO_ON };

static enum then misbehave(const char *how, uint64_t id, uint8_t op)
{
	unsigned int i;

	/* Some are answers, if none that a front end likes. */
	if (!strcmp(how, "status-unknown")) {
		put(id, op, 12345);
		return GO_ON;
	}
	if (!strcmp(how, "error")) {
		put(id, op, -1);
		return GO_ON;
	}
	if (!strcmp(how, "not-supported")) {
		put(id, op, -2);
		return GO_ON;
	}
	if (!strcmp(how, "events")) {
		for (i = 0; i < 20000; i++)
			ioctl(evtchn, IOCTL_EVTCHN_NOTIFY, &notify);
		put(id, op, 0);
		return GO_ON;
	}
	if (!strcmp(how, "request-index")) {
		ring->req_prod += 77;
		put(id, op, 0);
		return GO_ON;
	}

	if (!strcmp(how, "id-high")) {
		put(9999, op, 0);
	} else if (!strcmp(how, "id-huge")) {
		put(0x8000000080000000, op, 0);
	} else if (!strcmp(how, "id-free")) {
		put((id + 17) % RING_SIZE, op, 0);
	} else if (!strcmp(how, "twice")) {
		put(id, op, 0);
		put(id, op, 0);
	} else if (!strcmp(how, "operation")) {
		put(id, 0, 0);
	} else if (!strcmp(how, "operation-unknown")) {
		put(id, 200, 0);
	} else if (!strcmp(how, "index-far")) {
		put(id, op, 0);
		rsp_prod += 1000;
	} else if (!strcmp(how, "index-back")) {
		rsp_prod -= 5;
	} else if (!strcmp(how, "garbage")) {
		memset((void *)ring->entry, 0xa5, sizeof(ring->entry));
		rsp_prod++;
	} else if (strcmp(how, "silence")) {
		return NO_SUCH_WAY;
	}
	return SILENT;
}

int main(int argc, char **argv)
{
	struct ioctl_gntdev_map_grant_ref map = { .count = 1 };
	struct ioctl_evtchn_bind_interdomain bind;
	struct request req;
	enum then then = GO_ON;
	int gntdev;
	uint32_t port, prod;

	if (argc != 5) {
		fprintf(stderr, "badback DOMID RING-REF EVENT-CHANNEL HOW\n");
		return 2;
	}
	gntdev = open("/dev/xen/gntdev", O_RDWR);
	evtchn = open("/dev/xen/evtchn", O_RDWR);
	if (gntdev < 0 || evtchn < 0)
		die("/dev/xen");
	map.refs[0].domid = atoi(argv[1]);
	map.refs[0].ref = atoi(argv[2]);
	if (ioctl(gntdev, IOCTL_GNTDEV_MAP_GRANT_REF, &map))
		die("map");
	ring = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, gntdev, map.index);
	if (ring == MAP_FAILED)
		die("mmap");
	bind.remote_domain = atoi(argv[1]);
	bind.remote_port = atoi(argv[3]);
	port = ioctl(evtchn, IOCTL_EVTCHN_BIND_INTERDOMAIN, &bind);
	if ((int)port < 0)
		die("bind");
	notify.port = port;
	puts("ready");
	fflush(stdout);

	for (;;) {
		prod = ring->req_prod;
		__sync_synchronize();
		if (then == SILENT || prod - req_cons - 1 >= RING_SIZE) {
			if (then != SILENT) {
				ring->req_event = req_cons + 1;
				__sync_synchronize();
				if (ring->req_prod != prod)
					continue;
			}
			if (read(evtchn, &port, sizeof(port)) != sizeof(port) ||
			    write(evtchn, &port, sizeof(port)) != sizeof(port))
				die("event channel");
			continue;
		}
		memcpy(&req, (void *)&ring->entry[req_cons % RING_SIZE].req, sizeof(req));
		req_cons++;
		if (req.operation != OP_WRITE) {
			put(req.id, req.operation, 0);
		} else {
			then = misbehave(argv[4], req.id, req.operation);
			if (then == NO_SUCH_WAY)
				die(argv[4]);
			printf("%s: id %llu\n", argv[4], (unsigned long long)req.id);
			fflush(stdout);
		}
		push();
	}
}
