/*
 * Sends prepared HTTP requests over connections that stay open, one request at a time on each, and
 * says how long the answers took. In C, because it shares the processor with what is measured.
 *
 *   load PORT CONNECTIONS SECONDS RATE FIRST MOST FILE
 *
 * RATE 0: each connection sends its next request when it has the answer to the last one. Else so
 * many requests fall due in a second, whether or not there are answers, and how long an answer took
 * is counted from the moment at which its request was due: a service that stalls is not let off.
 * FILE holds requests, each after its length in four bytes; those from number FIRST on are sent,
 * MOST of them at most. Ends when the time is over and all answers are there, three seconds later
 * at the latest, and prints one line of JSON.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MOST_CONNECTIONS = 4096, MOST_ANSWER = 16384, BUCKETS = 400000, BUCKETS_PER_S = 100000 };
static const double PATIENCE_S = 3, LONGEST_NAP_S = 0.002;

struct connection {
  int fd, is_busy, received;
  const char *rest;
  size_t rest_length;
  double counted_from;
  char answer[MOST_ANSWER];
};

static struct connection *connections;
static struct connection *idle[MOST_CONNECTIONS];
static int idle_count, poller, port;
static double rate, started_at, ends_at, last_answer_at;
static const char **requests;
static uint32_t *lengths;
static long first, next_one, end, ok, refused, broken;
static uint32_t histogram[BUCKETS];

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void read_requests(const char *file) {
  struct stat found;
  int fd = open(file, O_RDONLY);
  if (fd < 0 || fstat(fd, &found) < 0) fail(file);
  const char *all = mmap(0, found.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (all == MAP_FAILED) fail(file);
  long most = found.st_size / 64;
  requests = malloc(most * sizeof *requests);
  lengths = malloc(most * sizeof *lengths);
  for (off_t at = 0; at + 4 <= found.st_size; end += 1) {
    memcpy(&lengths[end], all + at, 4);
    requests[end] = all + at + 4;
    at += 4 + lengths[end];
  }
}

static void watch(struct connection *one, int operation, uint32_t events) {
  struct epoll_event event = {.events = events, .data.ptr = one};
  if (epoll_ctl(poller, operation, one->fd, &event) < 0) fail("epoll_ctl");
}

static void connect_one(struct connection *one) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  one->fd = socket(AF_INET, SOCK_STREAM, 0);
  int yes = 1;
  setsockopt(one->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (connect(one->fd, (struct sockaddr *)&address, sizeof address) < 0) fail("connect");
  fcntl(one->fd, F_SETFL, O_NONBLOCK);
  watch(one, EPOLL_CTL_ADD, EPOLLIN);
  idle[idle_count++] = one;
}

static void write_rest(struct connection *one) {
  while (one->rest_length > 0) {
    ssize_t written = write(one->fd, one->rest, one->rest_length);
    if (written < 0) {
      if (errno == EAGAIN) watch(one, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
      return; // anything else shows when the answer is read
    }
    one->rest += written;
    one->rest_length -= written;
  }
}

/** Gives idle connections what is due. */
static void send_due(double at) {
  while (idle_count > 0 && next_one < end) {
    double due = rate > 0 ? started_at + (next_one - first) / rate : at;
    if (due > at || due >= ends_at) return;
    struct connection *one = idle[--idle_count];
    one->rest = requests[next_one];
    one->rest_length = lengths[next_one];
    one->is_busy = 1;
    one->received = 0;
    one->counted_from = due;
    next_one += 1;
    write_rest(one);
  }
}

/** The status of an answer that is there in full, else 0. */
static int status_of(struct connection *one) {
  one->answer[one->received] = 0;
  char *head_end = strstr(one->answer, "\r\n\r\n");
  if (!head_end) return 0;
  *head_end = 0;
  char *length = strcasestr(one->answer, "\r\ncontent-length:");
  int is_chunked = strcasestr(one->answer, "\r\ntransfer-encoding: chunked") != 0;
  *head_end = '\r';
  char *body = head_end + 4;
  int is_whole = is_chunked ? strstr(body, "0\r\n\r\n") != 0
                            : one->received >= body - one->answer + (length ? atoi(length + 17) : 0);
  return is_whole ? atoi(one->answer + 9) : 0;
}

static void count_wait(double seconds) {
  long bucket = seconds * BUCKETS_PER_S;
  histogram[bucket < BUCKETS ? bucket : BUCKETS - 1] += 1;
}

static void count(struct connection *one, int status, double at) {
  if (status >= 200 && status < 300) ok += 1;
  else refused += 1;
  count_wait(at - one->counted_from);
  last_answer_at = at;
  one->is_busy = 0;
  idle[idle_count++] = one;
}

/** A connection that ends between two requests is replaced; in the middle of one it counts. */
static void reconnect(struct connection *one) {
  broken += one->is_busy;
  if (!one->is_busy) {
    for (int at = 0; at < idle_count; at += 1) {
      if (idle[at] == one) idle[at--] = idle[--idle_count];
    }
  }
  one->is_busy = 0;
  close(one->fd);
  connect_one(one);
}

static void read_answer(struct connection *one) {
  ssize_t got = read(one->fd, one->answer + one->received, MOST_ANSWER - 1 - one->received);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) {
    reconnect(one);
    return;
  }
  one->received += got;
  int status = one->is_busy ? status_of(one) : 0;
  if (status > 0) count(one, status, now());
}

static void wait_and_read(double at) {
  double nap = LONGEST_NAP_S;
  if (rate > 0 && idle_count > 0 && next_one < end) {
    double until_due = started_at + (next_one - first) / rate - at;
    if (until_due < nap) nap = until_due > 0 ? until_due : 0;
  }
  struct timespec timeout = {0, nap * 1e9};
  struct epoll_event events[512];
  int found = epoll_pwait2(poller, events, 512, &timeout, 0);
  for (int at_event = 0; at_event < found; at_event += 1) {
    struct connection *one = events[at_event].data.ptr;
    if (events[at_event].events & EPOLLOUT) {
      write_rest(one);
      if (one->rest_length == 0) watch(one, EPOLL_CTL_MOD, EPOLLIN);
    }
    if (events[at_event].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) read_answer(one);
  }
}

/** What has no answer in the end has waited until now: else a service would gain by not answering. */
static void count_unanswered(int wanted, long due, double at) {
  for (int each = 0; each < wanted; each += 1) {
    if (connections[each].is_busy) count_wait(at - connections[each].counted_from);
  }
  if (rate == 0) return;
  for (; next_one < first + due; next_one += 1) {
    count_wait(at - started_at - (next_one - first) / rate);
  }
}

static double percentile_ms(double share) {
  long all = 0, seen = 0;
  for (int bucket = 0; bucket < BUCKETS; bucket += 1) all += histogram[bucket];
  for (int bucket = 0; bucket < BUCKETS; bucket += 1) {
    seen += histogram[bucket];
    if (seen > all * share) return (bucket + 0.5) * 1000 / BUCKETS_PER_S;
  }
  return 0;
}

int main(int count_of_words, char **words) {
  if (count_of_words != 8) return 2;
  signal(SIGPIPE, SIG_IGN);
  port = atoi(words[1]);
  int wanted = atoi(words[2]);
  double seconds = atof(words[3]);
  rate = atof(words[4]);
  next_one = first = atol(words[5]);
  read_requests(words[7]);
  if (first + atol(words[6]) < end) end = first + atol(words[6]);
  poller = epoll_create1(0);
  connections = calloc(wanted, sizeof *connections);
  for (int at = 0; at < wanted; at += 1) connect_one(&connections[at]);

  started_at = last_answer_at = now();
  ends_at = started_at + seconds;
  for (;;) {
    double at = now();
    int is_over = at >= ends_at || next_one >= end;
    if ((is_over && idle_count == wanted) || at >= ends_at + PATIENCE_S) break;
    // What was due before the end is still sent after it: it is late, and must count as late.
    if (!is_over || rate > 0) send_due(at);
    wait_and_read(at);
  }
  long due = rate > 0 ? (long)(seconds * rate) : next_one - first;
  if (due > end - first) due = end - first;
  count_unanswered(wanted, due, now());
  printf("{\"due\":%ld,\"ok\":%ld,\"refused\":%ld,\"broken\":%ld,\"seconds\":%.4f,\"p50Ms\":%.3f,"
         "\"p99Ms\":%.3f,\"p999Ms\":%.3f,\"mostMs\":%.3f,\"next\":%ld}\n",
         due, ok, refused, broken, last_answer_at - started_at, percentile_ms(.5),
         percentile_ms(.99), percentile_ms(.999), percentile_ms(1 - 1e-9), next_one);
  return 0;
}
