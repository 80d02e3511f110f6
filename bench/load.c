/*
 * The load generator: people of Speedboat's contract on websockets. One thread, epoll, nothing else.
 *
 * Each person connects, joins a workshop, adds one card, and moves it. A move is written into the place itself
 * (x and y in tenths stand for its number), so that any server which hands the record on can be measured with the
 * same work. A later move of the same card stands for the earlier ones: patches carry records, not messages.
 *
 * build: gcc -O2 -Wall -o load load.c -lm          usage: see `struct options`, every one is --name VALUE
 * output: one line of JSON. Loopback only.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

typedef uint64_t u64;
typedef uint32_t u32;

static struct options {
    int port, clients, rooms; /* clients are dealt out over the rooms in turn */
    char *codes;              /* the workshops' codes, with commas; as many as rooms */
    int window;               /* closed loop: moves under way in each room */
    double rate;              /* open loop: moves a second over all rooms, timed from when each was due */
    int bursts;               /* storm: so many times, everybody moves at once */
    double drags;             /* drags a second over all rooms, from five people in each; not waited for */
    double warmup, duration, settle, drain, idle; /* seconds */
    int handshakes;           /* people coming in at once */
    int quiet;                /* no card, no moves: people who only watch */
    int sleepers;             /* so many of the clients stop reading once they are in */
    char *pids;               /* the server's processes, to read their CPU and memory */
} o = {.clients = 30, .rooms = 1, .codes = "", .warmup = 1, .duration = 4, .settle = 0.5, .drain = 3, .handshakes = 16, .pids = ""};

static void die(const char *why) {
    fprintf(stderr, "load: %s (%s)\n", why, strerror(errno));
    exit(2);
}

static u64 now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (u64)t.tv_sec * 1000000000ull + t.tv_nsec;
}

/* ---- times, in a log-linear histogram of microseconds: at most 1.6 % off ---- */

#define STEPS 64
#define BUCKETS (40 * STEPS)
typedef struct {
    u64 n, max;
    u32 count[BUCKETS];
} Times;

static void add_time(Times *h, u64 us) {
    int i = (int)us;
    if (us >= STEPS) {
        int shift = 63 - __builtin_clzll(us) - 6;
        i = (shift + 1) * STEPS + (int)((us >> shift) - STEPS);
    }
    h->count[i < BUCKETS ? i : BUCKETS - 1]++;
    h->n++;
    if (us > h->max) h->max = us;
}

static double quantile_ms(Times *h, double q) {
    if (!h->n) return -1;
    u64 wanted = (u64)ceil(q * h->n), seen = 0;
    for (int i = 0; i < BUCKETS; i++) {
        seen += h->count[i];
        if (seen >= wanted && h->count[i]) {
            if (i < STEPS) return i / 1000.0;
            int shift = i / STEPS - 1;
            return (((u64)(i % STEPS + STEPS) << shift) + ((1ull << shift) >> 1)) / 1000.0;
        }
    }
    return h->max / 1000.0;
}

/* ---- people and moves ---- */

enum stage { CONNECTING, HANDSHAKE, GREETED, JOINING, ADDING, READY, DEAD };

typedef struct {
    int fd, room, member, wants_out, asleep;
    enum stage stage;
    u64 started;
    char *in, *out;
    u32 in_size, in_room, out_from, out_size, out_room;
    u32 *seen; /* for each card of the room, the last move of it that came here */
} Person;

typedef struct {
    int *people, count, next, under_way;
    char code[16];
    u32 *last_move; /* for each card */
} Room;

#define MOVES (1u << 20)
typedef struct {
    u64 due;
    u32 number, before, left; /* before: the move of the same card before this one */
    int room, card;
    char measured, acked;
} Move;

static Person *people;
static Room *rooms;
static Move *moves;
static int epoll, ready, dead, coming_in;
static u32 next_number = 1;
static u64 under_way;
static enum { WARMING, MEASURING, DRAINING } phase;
static int refill;
static Times to_last, to_ack, to_enter;
static u64 deliveries, frames, bytes_in, sent, done, acks, refused, overwritten, drags_sent, drags_got;
static unsigned session; /* makes ids of this run its own */

static void watch(Person *p) {
    int wants_out = p->out_size > p->out_from;
    if (wants_out == p->wants_out) return;
    p->wants_out = wants_out;
    struct epoll_event e = {.events = (p->asleep ? 0 : EPOLLIN) | (wants_out ? EPOLLOUT : 0), .data.u32 = (u32)(p - people)};
    epoll_ctl(epoll, EPOLL_CTL_MOD, p->fd, &e);
}

static void lose(Person *p, const char *why) {
    if (p->stage == DEAD) return;
    if (dead++ < 3) fprintf(stderr, "load: person %d lost in stage %d: %s (%s)\n", (int)(p - people), p->stage, why, strerror(errno));
    if (p->stage == READY) ready--;
    else coming_in--;
    p->stage = DEAD;
    close(p->fd);
}

static void write_out(Person *p, const char *data, u32 size) {
    if (p->stage == DEAD) return;
    if (p->out_from == p->out_size) {
        p->out_from = p->out_size = 0;
        ssize_t wrote = send(p->fd, data, size, MSG_NOSIGNAL);
        if (wrote < 0 && errno != EAGAIN) return lose(p, "send");
        if (wrote < 0) wrote = 0;
        data += wrote;
        size -= (u32)wrote;
        if (!size) return;
    }
    if (p->out_size + size > p->out_room) p->out = realloc(p->out, p->out_room = (p->out_size + size) * 2);
    memcpy(p->out + p->out_size, data, size);
    p->out_size += size;
    watch(p);
}

static void write_frame(Person *p, const char *text, u32 size, int opcode) {
    static const unsigned char mask[4] = {0x37, 0xfa, 0x21, 0x3d};
    static char frame[1 << 14];
    u32 head = 0;
    if (size > sizeof frame - 16) die("a message is too long");
    frame[head++] = (char)(0x80 | opcode);
    if (size < 126) frame[head++] = (char)(0x80 | size);
    else {
        frame[head++] = (char)(0x80 | 126);
        frame[head++] = (char)(size >> 8);
        frame[head++] = (char)size;
    }
    memcpy(frame + head, mask, 4);
    head += 4;
    for (u32 i = 0; i < size; i++) frame[head + i] = (char)(text[i] ^ mask[i & 3]);
    write_out(p, frame, head + size);
}

/* ---- places that carry a number, inside the zone of the wind ---- */

#define ACROSS 4000u
static double x_of(u32 number) { return 110 + number % ACROSS / 10.0; }
static double y_of(u32 number) { return 80 + number / ACROSS % 3200u / 10.0; }

static const char *read_number(const char *s, const char *end, double *value) {
    double v = 0, scale = 1;
    const char *from = s;
    for (; s < end && *s >= '0' && *s <= '9'; s++) v = v * 10 + (*s - '0');
    if (s < end && *s == '.')
        for (s++; s < end && *s >= '0' && *s <= '9'; s++) v += (*s - '0') * (scale /= 10);
    *value = v;
    return s > from ? s : NULL;
}

/* ---- what they send ---- */

static void join(Person *p) {
    char text[256];
    int n = snprintf(text, sizeof text, "40{\"code\":\"%s\",\"name\":\"P%d\"}", rooms[p->room].code, p->member);
    p->stage = JOINING;
    write_frame(p, text, (u32)n, 1);
}

static void add_card(Person *p) {
    char text[512];
    int n = snprintf(text, sizeof text,
                     "420[\"do\",{\"id\":\"bench-%08x-a%05d\",\"name\":\"add_card\",\"card\":\"card:bench-%08x-%04x-%04x\",\"kind\":\"wind\","
                     "\"text\":\"A word of thanks after a visit\",\"x\":%.1f,\"y\":%.1f}]",
                     session, (int)(p - people), session, p->room, p->member, 560.0, 80.0 + p->member);
    p->stage = ADDING;
    write_frame(p, text, (u32)n, 1);
}

static void send_move(Room *room, u64 due) {
    Person *p = NULL;
    for (int tries = 0; tries < room->count; tries++) {
        p = &people[room->people[room->next++ % room->count]];
        if (p->stage == READY && !p->asleep) break;
    }
    if (!p || p->stage != READY) return;
    u32 number = next_number++;
    Move *m = &moves[number & (MOVES - 1)];
    if (m->left) { /* from a million moves ago */
        under_way--;
        rooms[m->room].under_way--;
        if (m->measured) overwritten++;
    }
    *m = (Move){.due = due ? due : now_ns(), .number = number, .before = room->last_move[p->member],
                .left = (u32)(room->count - (p->room == 0 ? o.sleepers : 0)), .room = p->room, .card = p->member, .measured = phase == MEASURING};
    room->last_move[p->member] = number;
    if (m->measured) sent++;
    under_way++;
    room->under_way++;
    char text[256];
    int n = snprintf(text, sizeof text,
                     "42%u[\"do\",{\"id\":\"bench-%08x-m%08x\",\"name\":\"move_card\",\"card\":\"card:bench-%08x-%04x-%04x\",\"x\":%.1f,\"y\":%.1f}]",
                     number, session, number, session, p->room, p->member, x_of(number), y_of(number));
    write_frame(p, text, (u32)n, 1);
}

static void send_drag(u32 turn) {
    Room *room = &rooms[turn % o.rooms];
    Person *p = &people[room->people[turn / o.rooms % (room->count < 5 ? room->count : 5)]];
    if (p->stage != READY) return;
    char text[256];
    int n = snprintf(text, sizeof text, "42[\"drag\",{\"card\":\"card:bench-%08x-%04x-%04x\",\"x\":%u,\"y\":%u}]", session, p->room, p->member,
                     200 + turn % 300, 100 + turn % 200);
    write_frame(p, text, (u32)n, 1);
    if (phase == MEASURING) drags_sent++;
}

/* ---- what comes ---- */

static void delivered(Person *p, u32 number, u64 t) {
    Room *room = &rooms[p->room];
    Move *m = &moves[number & (MOVES - 1)];
    if (m->number != number || m->room != p->room) return;
    u32 known = p->seen[m->card];
    if (number <= known) return;
    p->seen[m->card] = number;
    while (number > known) {
        m = &moves[number & (MOVES - 1)];
        if (m->number != number || !m->left) break;
        u32 before = m->before;
        if (phase == MEASURING) deliveries++;
        if (--m->left == 0) {
            under_way--;
            room->under_way--;
            if (m->measured) add_time(&to_last, t > m->due ? (t - m->due) / 1000 : 0);
            if (phase == MEASURING) done++;
            if (refill) send_move(room, 0);
        }
        number = before;
    }
}

static void read_patch(Person *p, const char *s, const char *end, u64 t) {
    double x, y;
    while ((s = memmem(s, (size_t)(end - s), "\"x\":", 4))) {
        s = read_number(s + 4, end, &x);
        if (!s || end - s < 6) return;
        if (memcmp(s, ",\"y\":", 5)) continue;
        const char *after = read_number(s + 5, end, &y);
        if (!after) continue;
        s = after;
        long across = lround((x - 110) * 10), down = lround((y - 80) * 10);
        if (across >= 0 && across < (long)ACROSS && down >= 0) delivered(p, (u32)(down * ACROSS + across), t);
    }
}

static void now_ready(Person *p, u64 t) {
    p->stage = READY;
    coming_in--;
    ready++;
    add_time(&to_enter, (t - p->started) / 1000);
}

static void read_ack(Person *p, const char *s, const char *end, u64 t) {
    u32 number = 0;
    for (; s < end && *s >= '0' && *s <= '9'; s++) number = number * 10 + (u32)(*s - '0');
    int ok = memmem(s, (size_t)(end - s), "\"ok\":true", 9) != NULL;
    if (!ok && refused++ < 3) fprintf(stderr, "load: refused: %.*s\n", (int)(end - s < 300 ? end - s : 300), s);
    if (p->stage == ADDING) return now_ready(p, t);
    Move *m = &moves[number & (MOVES - 1)];
    if (m->number != number || m->acked) return;
    m->acked = 1;
    if (m->measured) {
        acks++;
        add_time(&to_ack, (t - m->due) / 1000);
    }
}

static void on_frame(Person *p, int opcode, char *s, u64 size, u64 t) {
    if (opcode == 8) return lose(p, "closed by the server");
    if (opcode == 9) return write_frame(p, s, (u32)size, 10);
    if (opcode == 10) return;
    if (size == 1 && s[0] == '2') return write_frame(p, "3", 1, 1);
    if (p->stage == GREETED && s[0] == '0') return join(p);
    if (p->stage == JOINING && size > 1 && s[0] == '4' && s[1] == '0') return o.quiet ? now_ready(p, t) : add_card(p);
    if (p->stage == JOINING && size > 1 && s[0] == '4' && s[1] == '4') {
        fprintf(stderr, "load: %.*s\n", (int)(size < 200 ? size : 200), s);
        return lose(p, "not let in");
    }
    if (phase == MEASURING) {
        frames++;
        bytes_in += size;
    }
    if (size > 3 && s[0] == '4' && s[1] == '3') read_ack(p, s + 2, s + size, t);
    else if (size > 10 && !memcmp(s, "42[\"patch\"", 10)) read_patch(p, s, s + size, t);
    else if (size > 9 && !memcmp(s, "42[\"drag\"", 9) && phase == MEASURING) drags_got++;
}

static u64 parse(Person *p, char *b, u64 n, u64 t) {
    u64 at = 0;
    if (p->stage == HANDSHAKE) {
        char *head = memmem(b, n, "\r\n\r\n", 4);
        if (!head) return 0;
        if (n < 12 || memcmp(b + 9, "101", 3)) {
            fprintf(stderr, "load: %.*s\n", (int)(n < 200 ? n : 200), b);
            lose(p, "no websocket");
            return n;
        }
        at = (u64)(head + 4 - b);
        p->stage = GREETED;
    }
    while (p->stage != DEAD && n - at >= 2) {
        unsigned char *f = (unsigned char *)b + at;
        u64 size = f[1] & 127, head = 2;
        if (size == 126) {
            if (n - at < 4) break;
            size = (u64)f[2] << 8 | f[3];
            head = 4;
        } else if (size == 127) {
            if (n - at < 10) break;
            size = 0;
            for (int i = 0; i < 8; i++) size = size << 8 | f[2 + i];
            head = 10;
        }
        if (n - at < head + size) break;
        on_frame(p, f[0] & 15, b + at + head, size, t);
        at += head + size;
    }
    return at;
}

static void read_in(Person *p) {
    static char shared[1 << 21];
    for (int turn = 0; turn < 4 && p->stage != DEAD; turn++) {
        if (p->in_size > sizeof shared / 2) return lose(p, "a message of more than a megabyte");
        if (p->in_size) memcpy(shared, p->in, p->in_size);
        ssize_t got = recv(p->fd, shared + p->in_size, sizeof shared - p->in_size, 0);
        if (got <= 0) {
            if (got < 0 && errno == EAGAIN) return;
            return lose(p, got ? "recv" : "end");
        }
        u64 total = p->in_size + (u64)got, used = parse(p, shared, total, now_ns());
        if (p->stage == DEAD) return;
        u32 rest = (u32)(total - used);
        if (rest > p->in_room) p->in = realloc(p->in, p->in_room = rest * 2 + 256);
        if (rest) memcpy(p->in, shared + used, rest);
        p->in_size = rest;
        if ((size_t)got < sizeof shared - p->in_size) return;
    }
}

/* ---- coming in ---- */

static void start(int i) {
    Person *p = &people[i];
    p->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (p->fd < 0) die("socket");
    int one = 1, small = 4096;
    setsockopt(p->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (i < o.sleepers * o.rooms && i % o.rooms == 0) setsockopt(p->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)o.port)};
    inet_pton(AF_INET, "127.0.0.1", &a.sin_addr);
    p->stage = CONNECTING;
    p->started = now_ns();
    coming_in++;
    if (connect(p->fd, (void *)&a, sizeof a) < 0 && errno != EINPROGRESS) die("connect");
    struct epoll_event e = {.events = EPOLLIN | EPOLLOUT, .data.u32 = (u32)i};
    epoll_ctl(epoll, EPOLL_CTL_ADD, p->fd, &e);
    p->wants_out = 1;
}

static void connected(Person *p) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(p->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error) {
        errno = error;
        return lose(p, "connect");
    }
    char text[512];
    int n = snprintf(text, sizeof text,
                     "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\n"
                     "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                     "User-Agent: Mozilla/5.0 (Android 12; Mobile; rv:131.0) Gecko/131.0 Firefox/131.0\r\nAccept-Language: fr,en;q=0.5\r\n"
                     "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
                     "Origin: http://127.0.0.1:%d\r\n\r\n", o.port, o.port);
    p->stage = HANDSHAKE;
    p->out_from = p->out_size = 0;
    write_out(p, text, (u32)n);
    p->wants_out = !(p->out_size > p->out_from);
    watch(p);
}

static void turn(u64 wait_ns) {
    struct epoll_event events[512];
    struct timespec wait = {.tv_sec = (time_t)(wait_ns / 1000000000ull), .tv_nsec = (long)(wait_ns % 1000000000ull)};
    int n = epoll_pwait2(epoll, events, 512, &wait, NULL);
    for (int i = 0; i < n; i++) {
        Person *p = &people[events[i].data.u32];
        if (p->stage == DEAD) continue;
        if (p->stage == CONNECTING) {
            connected(p);
            continue;
        }
        if (events[i].events & EPOLLOUT && p->out_size > p->out_from) {
            ssize_t wrote = send(p->fd, p->out + p->out_from, p->out_size - p->out_from, MSG_NOSIGNAL);
            if (wrote < 0 && errno != EAGAIN) {
                lose(p, "send");
                continue;
            }
            if (wrote > 0) p->out_from += (u32)wrote;
            if (p->out_from == p->out_size) p->out_from = p->out_size = 0;
            watch(p);
        }
        if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
            if (!p->asleep) read_in(p);
            else if (events[i].events & (EPOLLHUP | EPOLLERR)) lose(p, "asleep");
        }
    }
}

static void everybody_in(void) {
    int started = 0;
    u64 from = now_ns();
    while (ready + dead < o.clients) {
        while (started < o.clients && coming_in < o.handshakes) start(started++);
        turn(20000000ull);
        if (dead > o.clients / 10 + 2 || now_ns() - from > 120000000000ull) {
            fprintf(stderr, "load: %d in, %d lost, of %d\n", ready, dead, o.clients);
            exit(3);
        }
    }
}

static void fall_asleep(void) {
    for (int i = 0; i < o.sleepers; i++) {
        Person *p = &people[rooms[0].people[i]];
        p->asleep = 1;
        struct epoll_event e = {.events = 0, .data.u32 = (u32)(p - people)};
        epoll_ctl(epoll, EPOLL_CTL_MOD, p->fd, &e);
    }
}

/* ---- the server, from outside ---- */

typedef struct {
    double cpu, kb;
} Sample;

static Sample sample(void) {
    Sample s = {0, 0};
    char list[256], path[512], line[512];
    snprintf(list, sizeof list, "%s", o.pids);
    for (char *pid = strtok(list, ","); pid; pid = strtok(NULL, ",")) {
        snprintf(path, sizeof path, "/proc/%s/task", pid);
        DIR *tasks = opendir(path);
        if (!tasks) continue;
        for (struct dirent *task; (task = readdir(tasks));) {
            if (task->d_name[0] == '.') continue;
            snprintf(path, sizeof path, "/proc/%s/task/%s/schedstat", pid, task->d_name);
            FILE *f = fopen(path, "r");
            unsigned long ns = 0;
            if (f && fscanf(f, "%lu", &ns) == 1) s.cpu += (double)ns / 1e9;
            if (f) fclose(f);
        }
        closedir(tasks);
        snprintf(path, sizeof path, "/proc/%s/status", pid);
        FILE *f = fopen(path, "r");
        while (f && fgets(line, sizeof line, f))
            if (!strncmp(line, "VmRSS:", 6)) s.kb += atof(line + 6);
        if (f) fclose(f);
    }
    return s;
}

static double own_cpu(void) {
    struct rusage r;
    getrusage(RUSAGE_SELF, &r);
    return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) + (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

/* ---- the cases ---- */

static u64 begun;
static u32 drag_turn;

static u64 due_drags(u64 t) {
    if (o.drags <= 0) return 5000000ull;
    u32 wanted = (u32)((double)(t - begun) / 1e9 * o.drags);
    for (int most = 256; drag_turn < wanted && most > 0; most--) send_drag(drag_turn++);
    u64 next = begun + (u64)((drag_turn + 1) / o.drags * 1e9);
    return next > t ? next - t : 0;
}

static void storm(void) {
    for (int b = 0; b < o.bursts; b++) {
        for (int r = 0; r < o.rooms; r++)
            for (int i = 0; i < rooms[r].count; i++) send_move(&rooms[r], 0);
        u64 until = now_ns() + 20000000000ull;
        while (under_way && now_ns() < until) turn(5000000ull);
    }
}

static void steady(void) {
    u64 end = begun + (u64)((o.warmup + o.duration) * 1e9), moved = 0, measure_from = begun + (u64)(o.warmup * 1e9);
    int room = 0;
    if (o.window > 0) {
        refill = 1;
        for (int r = 0; r < o.rooms; r++)
            for (int w = 0; w < o.window; w++) send_move(&rooms[r], 0);
    }
    for (;;) {
        u64 t = now_ns(), wait = 5000000ull;
        if (phase == WARMING && t >= measure_from) return;
        if (phase == MEASURING && t >= end) return;
        if (o.rate > 0) {
            u64 due = (u64)((double)(t - begun) / 1e9 * o.rate) + 1;
            static u64 from;
            moved = from;
            for (int most = 256; moved < due && most > 0; most--, moved++)
                send_move(&rooms[room = (room + 1) % o.rooms], begun + (u64)((double)moved / o.rate * 1e9));
            from = moved;
            u64 next = begun + (u64)((double)moved / o.rate * 1e9);
            t = now_ns();
            wait = next <= t ? 0 : next - t < wait ? next - t : wait;
        }
        u64 drag_wait = due_drags(t);
        turn(drag_wait < wait ? drag_wait : wait);
        if (dead > o.clients / 2) {
            fprintf(stderr, "load: half of the people were lost\n");
            exit(3);
        }
    }
}

static void deal_out(void) {
    char *codes = strdup(o.codes), *code = strtok(codes, ",");
    people = calloc((size_t)o.clients, sizeof *people);
    rooms = calloc((size_t)o.rooms, sizeof *rooms);
    moves = calloc(MOVES, sizeof *moves);
    int most = o.clients / o.rooms + 1;
    for (int r = 0; r < o.rooms; r++, code = strtok(NULL, ",")) {
        if (!code) die("a code for each room is needed");
        snprintf(rooms[r].code, sizeof rooms[r].code, "%s", code);
        rooms[r].people = calloc((size_t)most, sizeof(int));
        rooms[r].last_move = calloc((size_t)most, sizeof(u32));
    }
    for (int i = 0; i < o.clients; i++) {
        Room *room = &rooms[i % o.rooms];
        people[i].room = i % o.rooms;
        people[i].member = room->count;
        people[i].seen = calloc(o.quiet ? 1 : (size_t)most, sizeof(u32));
        room->people[room->count++] = i;
    }
}

static void read_options(int count, char **words) {
    for (int i = 1; i + 1 < count; i += 2) {
        char *name = words[i], *value = words[i + 1];
#define OPTION(n, set)             \
    if (!strcmp(name, "--" #n)) { \
        o.n = set;                \
        continue;                 \
    }
        OPTION(port, atoi(value)) OPTION(clients, atoi(value)) OPTION(rooms, atoi(value)) OPTION(codes, value)
        OPTION(window, atoi(value)) OPTION(rate, atof(value)) OPTION(bursts, atoi(value)) OPTION(drags, atof(value))
        OPTION(warmup, atof(value)) OPTION(duration, atof(value)) OPTION(settle, atof(value)) OPTION(drain, atof(value))
        OPTION(idle, atof(value)) OPTION(handshakes, atoi(value)) OPTION(quiet, atoi(value)) OPTION(sleepers, atoi(value))
        OPTION(pids, value)
        fprintf(stderr, "load: unknown option %s\n", name);
        exit(1);
    }
    if (o.warmup + o.duration + o.settle + o.drain + o.idle > 300 || o.clients > 15000 || o.rooms < 1) die("out of bounds");
}

int main(int count, char **words) {
    read_options(count, words);
    prctl(PR_SET_TIMERSLACK, 1000ul, 0, 0, 0);
    session = (unsigned)(now_ns() / 1000) ^ (unsigned)getpid();
    epoll = epoll_create1(0);
    deal_out();
    Sample empty = sample();
    u64 entering = now_ns();
    everybody_in();
    u64 entered = now_ns();
    fall_asleep();
    for (u64 until = now_ns() + (u64)(o.settle * 1e9); now_ns() < until;) turn(10000000ull);
    Sample full = sample();
    for (u64 until = now_ns() + (u64)(o.idle * 1e9); now_ns() < until;) turn(50000000ull);
    Sample rested = sample();
    double seconds = 0, cpu = 0, own = 0;
    if (o.window > 0 || o.rate > 0 || o.bursts > 0 || o.drags > 0) {
        begun = now_ns();
        if (!o.bursts) steady();
        phase = MEASURING;
        Sample before = sample();
        double own_before = own_cpu();
        u64 from = now_ns();
        if (o.bursts) storm();
        else steady();
        refill = 0;
        seconds = (double)(now_ns() - from) / 1e9;
        own = (own_cpu() - own_before) / seconds;
        cpu = sample().cpu - before.cpu;
        phase = DRAINING;
        for (u64 until = now_ns() + (u64)(o.drain * 1e9); under_way && now_ns() < until;) turn(10000000ull);
    }
    printf("{\"clients\":%d,\"rooms\":%d,\"lost\":%d,\"seconds\":%.3f,\"moves\":%lu,\"moves_s\":%.1f,\"deliveries_s\":%.0f,\"frames_s\":%.0f,"
           "\"mb_s\":%.2f,\"last_p50\":%.3f,\"last_p99\":%.3f,\"last_max\":%.1f,\"ack_p50\":%.3f,\"ack_p99\":%.3f,\"acks\":%lu,\"refused\":%lu,"
           "\"left\":%lu,\"cpu_share\":%.3f,\"cpu_us_per_move\":%.1f,\"deliveries_per_cpu_s\":%.0f,\"own_share\":%.3f,\"enter_s\":%.3f,"
           "\"enter_p50\":%.1f,\"enter_p99\":%.1f,\"kb_per_person\":%.2f,\"kb_per_person_rested\":%.2f,\"idle_cpu_share\":%.4f,"
           "\"drags_s\":%.0f,\"drags_got_s\":%.0f,\"mb\":%.1f}\n",
           o.clients, o.rooms, dead, seconds, sent, seconds ? (double)done / seconds : 0, seconds ? (double)deliveries / seconds : 0,
           seconds ? (double)frames / seconds : 0, seconds ? (double)bytes_in / seconds / 1e6 : 0, quantile_ms(&to_last, .5),
           quantile_ms(&to_last, .99), (double)to_last.max / 1000, quantile_ms(&to_ack, .5), quantile_ms(&to_ack, .99), acks, refused,
           under_way + overwritten, seconds ? cpu / seconds : 0, done ? cpu * 1e6 / (double)done : 0, cpu > 0 ? (double)deliveries / cpu : 0, own,
           (double)(entered - entering) / 1e9, quantile_ms(&to_enter, .5), quantile_ms(&to_enter, .99), (full.kb - empty.kb) / o.clients,
           (rested.kb - empty.kb) / o.clients, o.idle > 0 ? (rested.cpu - full.cpu) / o.idle : 0, seconds ? (double)drags_sent / seconds : 0,
           seconds ? (double)drags_got / seconds : 0, rested.kb / 1024);
    return 0;
}
