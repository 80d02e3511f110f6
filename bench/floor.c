/*
 * The floor: the least that fanning out can cost here. It reads a frame, copies it into a patch, and writes it to each
 * member of the room, one write each, acknowledging the sender. No checks, no storing, no rooms but one for each code.
 *
 * build: gcc -O2 -o floor floor.c          usage: ./floor PORT
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST 20000
#define HELD 16384

typedef struct {
    int open, room;
    size_t size;
    char *held;
} Client;

static Client clients[MOST];
static struct {
    char code[16];
    int members[MOST], count;
} *rooms;
static int room_count, seq;
static char out[1 << 17];

static void write_text(int fd, const char *text, size_t size) {
    size_t head = 2;
    char frame[10];
    frame[0] = (char)0x81;
    if (size < 126) frame[1] = (char)size;
    else {
        frame[1] = 126;
        frame[2] = (char)(size >> 8);
        frame[3] = (char)size;
        head = 4;
    }
    memmove(out + head, text, size);
    memcpy(out, frame, head);
    if (send(fd, out, head + size, MSG_NOSIGNAL) < 0) return;
}

static void enter(int fd, const char *text) {
    char code[16] = "";
    const char *at = strstr(text, "\"code\":\"");
    if (at) sscanf(at + 8, "%15[^\"]", code);
    int r = 0;
    while (r < room_count && strcmp(rooms[r].code, code)) r++;
    if (r == room_count) strcpy(rooms[room_count++].code, code);
    clients[fd].room = r;
    rooms[r].members[rooms[r].count++] = fd;
    write_text(fd, "40{\"sid\":\"x\"}", 12);
}

static void to_room(int fd, const char *text, size_t size, int but_me) {
    int r = clients[fd].room;
    static char frame[HELD + 8];
    size_t head = size < 126 ? 2 : 4;
    frame[0] = (char)0x81;
    frame[1] = (char)(size < 126 ? size : 126);
    if (head == 4) {
        frame[2] = (char)(size >> 8);
        frame[3] = (char)size;
    }
    memcpy(frame + head, text, size);
    for (int i = 0; i < rooms[r].count; i++)
        if (rooms[r].members[i] != fd || !but_me) send(rooms[r].members[i], frame, head + size, MSG_NOSIGNAL);
}

static void on_text(int fd, char *text, size_t size) {
    text[size] = 0;
    static char made[HELD];
    if (!strncmp(text, "40", 2)) return enter(fd, text);
    if (!strncmp(text, "42[\"drag\"", 9)) return to_room(fd, text, size, 1);
    char *list = strchr(text, '[');
    if (strncmp(text, "42", 2) || !list) return;
    char *command = strchr(list, '{');
    if (!command) return;
    seq++;
    int n = snprintf(made, sizeof made, "42[\"patch\",{\"since\":%d,\"to\":%d,\"put\":[%.*s],\"remove\":[]}]", seq - 1, seq,
                     (int)(text + size - 1 - command), command);
    to_room(fd, made, (size_t)n, 0);
    n = snprintf(made, sizeof made, "43%.*s[{\"ok\":true,\"seq\":%d}]", (int)(list - text - 2), text + 2, seq);
    write_text(fd, made, (size_t)n);
}

static void leave(int fd) {
    if (clients[fd].room >= 0) {
        int r = clients[fd].room, i = 0;
        while (i < rooms[r].count && rooms[r].members[i] != fd) i++;
        if (i < rooms[r].count) rooms[r].members[i] = rooms[r].members[--rooms[r].count];
    }
    free(clients[fd].held);
    clients[fd] = (Client){.room = -1};
    close(fd);
}

static void on_read(int fd) {
    Client *c = &clients[fd];
    ssize_t got = recv(fd, c->held + c->size, HELD - 1 - c->size, 0);
    if (got <= 0) return leave(fd);
    c->size += (size_t)got;
    if (!c->open) {
        c->held[c->size] = 0;
        if (!strstr(c->held, "\r\n\r\n")) return;
        /* The load generator always sends the key of RFC 6455's example. */
        const char *answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                             "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
        send(fd, answer, strlen(answer), MSG_NOSIGNAL);
        write_text(fd, "0{\"sid\":\"x\"}", 11);
        c->open = 1;
        c->size = 0;
        return;
    }
    size_t at = 0;
    while (c->size - at >= 6) {
        unsigned char *f = (unsigned char *)c->held + at;
        size_t size = f[1] & 127, head = 6;
        if (size == 126) {
            if (c->size - at < 8) break;
            size = (size_t)f[2] << 8 | f[3];
            head = 8;
        }
        if (size == 127 || head + size > HELD - 1) return leave(fd);
        if (c->size - at < head + size) break;
        static char text[HELD];
        for (size_t i = 0; i < size; i++) text[i] = (char)(f[head + i] ^ f[head - 4 + (i & 3)]);
        at += head + size;
        if ((f[0] & 15) == 1) on_text(fd, text, size);
    }
    memmove(c->held, c->held + at, c->size - at);
    c->size -= at;
}

int main(int count, char **words) {
    if (count < 2) return 1;
    rooms = calloc(1200, sizeof *rooms);
    int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1, poll = epoll_create1(0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(words[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(listener, (void *)&a, sizeof a) || listen(listener, 4096)) return 2;
    struct epoll_event e = {.events = EPOLLIN, .data.fd = listener}, events[256];
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &e);
    for (;;) {
        int n = epoll_wait(poll, events, 256, -1);
        for (int i = 0; i < n; i++) {
            int fd = events[i].data.fd;
            if (fd != listener) {
                on_read(fd);
                continue;
            }
            fd = accept(listener, NULL, NULL);
            if (fd < 0 || fd >= MOST) continue;
            clients[fd] = (Client){.room = -1, .held = malloc(HELD)};
            e.events = EPOLLIN;
            e.data.fd = fd;
            epoll_ctl(poll, EPOLL_CTL_ADD, fd, &e);
        }
    }
}
