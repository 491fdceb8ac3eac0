/*
 * Loaded into a writing process by LD_PRELOAD: writes down, in order, what the process does to the files of one folder,
 * so that `power.fixture.ts` can make the folders a power cut could have left. Can also let one sync fail.
 *
 *   SHIM_FOLDER   absolute path; only files directly in it are recorded
 *   SHIM_JOURNAL  where the record goes, outside of that folder
 *   SHIM_MARKS    what is written to this path is recorded as a mark (what the process has acknowledged)
 *   SHIM_EIO      "<n> <end of a path>": the n-th sync of such a file fails with EIO, and no other; what was added to the
 *                 file since its last sync is gone, as the page cache may drop what it could not write
 *   SHIM_FULL     path: while such a file exists, no write to a file of the folder finds room
 *
 * One entry: operation (1 byte), file (4), offset (8), length (4), bytes. Little-endian machines only.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { CREATE = 1, WRITE, TRUNCATE, SYNC, SYNC_FOLDER, UNLINK, RENAME, MARK };

#define MOST_FDS 65536
#define MOST_FILES 4096
#define FOLDER 1
#define MARKS 2
#define FIRST_FILE 3

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *folder, *marks;
static size_t folder_length;
static int journal = -1;
/* What a descriptor is open on: 0 nothing of ours, FOLDER, MARKS or a file's number. */
static uint32_t open_on[MOST_FDS];
/* Name of each file in the folder; empty once it has none any more. */
static char names[MOST_FILES][128];
static uint32_t files = FIRST_FILE;
/* How long each file was at its last sync. */
static off64_t synced[MOST_FILES];
static const char *full;
static long eio_at;
static const char *eio_end;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void start(void) {
  folder = getenv("SHIM_FOLDER");
  marks = getenv("SHIM_MARKS");
  full = getenv("SHIM_FULL");
  const char *eio = getenv("SHIM_EIO");
  if (eio != NULL) {
    char *end;
    eio_at = strtol(eio, &end, 10);
    eio_end = end + 1;
  }
  const char *path = getenv("SHIM_JOURNAL");
  if (folder == NULL) return;
  folder_length = strlen(folder);
  if (path != NULL) journal = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void note(uint8_t operation, uint32_t file, uint64_t offset, const void *bytes, uint32_t length) {
  if (journal < 0) return;
  uint8_t head[17];
  head[0] = operation;
  memcpy(head + 1, &file, 4);
  memcpy(head + 5, &offset, 8);
  memcpy(head + 13, &length, 4);
  struct iovec parts[2] = {{head, sizeof head}, {(void *)bytes, length}};
  if (syscall(SYS_writev, journal, parts, 2) != (long)(sizeof head + length)) abort();
}

/* The name of a file directly in the folder, without the shared memory of the log's index, which no disk keeps. */
static const char *own(const char *path) {
  if (folder == NULL || path == NULL || strncmp(path, folder, folder_length) != 0 || path[folder_length] != '/') return NULL;
  const char *name = path + folder_length + 1;
  size_t length = strlen(name);
  if (length == 0 || length > 120 || strchr(name, '/') != NULL) return NULL;
  return length > 4 && strcmp(name + length - 4, "-shm") == 0 ? NULL : name;
}

static uint32_t numbered(const char *name) {
  for (uint32_t file = FIRST_FILE; file < files; file++)
    if (strcmp(names[file], name) == 0) return file;
  if (files == MOST_FILES) abort();
  strcpy(names[files], name);
  note(CREATE, files, 0, name, (uint32_t)strlen(name));
  return files++;
}

static void opened(int fd, const char *path) {
  if (fd < 0 || fd >= MOST_FDS || folder == NULL) return;
  const char *name = own(path);
  open_on[fd] = strcmp(path, folder) == 0 ? FOLDER : marks != NULL && strcmp(path, marks) == 0 ? MARKS : name != NULL ? numbered(name) : 0;
}

static uint32_t on(int fd) { return fd >= 0 && fd < MOST_FDS ? open_on[fd] : 0; }

static int open_any(int at, const char *path, int flags, mode_t mode) {
  pthread_mutex_lock(&lock);
  int fd = (int)syscall(SYS_openat, at, path, flags, mode);
  int error = errno;
  opened(fd, path);
  pthread_mutex_unlock(&lock);
  errno = error;
  return fd;
}

#define MODE(flags, last) \
  mode_t mode = 0; \
  if ((flags) & (O_CREAT | O_TMPFILE)) { va_list rest; va_start(rest, last); mode = va_arg(rest, mode_t); va_end(rest); }

int open(const char *path, int flags, ...) { MODE(flags, flags) return open_any(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags, flags) return open_any(AT_FDCWD, path, flags | O_LARGEFILE, mode); }
int openat(int at, const char *path, int flags, ...) { MODE(flags, flags) return open_any(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE(flags, flags) return open_any(at, path, flags | O_LARGEFILE, mode); }

int close(int fd) {
  pthread_mutex_lock(&lock);
  if (fd >= 0 && fd < MOST_FDS) open_on[fd] = 0;
  int result = (int)syscall(SYS_close, fd);
  int error = errno;
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

static int no_room(int fd) { return full != NULL && on(fd) >= FIRST_FILE && syscall(SYS_faccessat, AT_FDCWD, full, F_OK) == 0; }

static void written(int fd, const void *bytes, ssize_t length, off64_t offset) {
  uint32_t file = on(fd);
  if (length <= 0) return;
  if (file == MARKS) note(MARK, 0, 0, bytes, (uint32_t)length);
  if (file >= FIRST_FILE) note(WRITE, file, (uint64_t)offset, bytes, (uint32_t)length);
}

ssize_t write(int fd, const void *bytes, size_t length) {
  if (on(fd) == 0) return syscall(SYS_write, fd, bytes, length);
  pthread_mutex_lock(&lock);
  off64_t offset = syscall(SYS_lseek, fd, 0, SEEK_CUR);
  ssize_t result = no_room(fd) ? -1 : syscall(SYS_write, fd, bytes, length);
  int error = no_room(fd) ? ENOSPC : errno;
  written(fd, bytes, result, offset);
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) {
  if (on(fd) == 0) return syscall(SYS_pwrite64, fd, bytes, length, offset);
  pthread_mutex_lock(&lock);
  ssize_t result = no_room(fd) ? -1 : syscall(SYS_pwrite64, fd, bytes, length, offset);
  int error = no_room(fd) ? ENOSPC : errno;
  written(fd, bytes, result, offset);
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) { return pwrite64(fd, bytes, length, offset); }

/* Nothing here writes our files in pieces; if something ever does, the recording would be wrong, so it ends. */
ssize_t writev(int fd, const struct iovec *parts, int count) {
  if (on(fd) != 0) abort();
  return syscall(SYS_writev, fd, parts, count);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
  if (on(fd) != 0) abort();
  return REAL(pwritev)(fd, parts, count, offset);
}

int ftruncate64(int fd, off64_t size) {
  pthread_mutex_lock(&lock);
  int result = (int)syscall(SYS_ftruncate, fd, size);
  int error = errno;
  if (result == 0 && on(fd) >= FIRST_FILE) note(TRUNCATE, on(fd), (uint64_t)size, NULL, 0);
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

static int fails(uint32_t file) {
  if (eio_at <= 0 || file < FIRST_FILE) return 0;
  size_t length = strlen(names[file]), end = strlen(eio_end);
  if (length < end || strcmp(names[file] + length - end, eio_end) != 0) return 0;
  return --eio_at == 0;
}

static int sync_any(int fd, long call) {
  uint32_t file = on(fd);
  if (file == 0) return (int)syscall(call, fd);
  pthread_mutex_lock(&lock);
  int result, error;
  if (fails(file)) {
    if (syscall(SYS_ftruncate, fd, synced[file]) != 0) abort();
    result = -1;
    error = EIO;
  } else {
    result = (int)syscall(call, fd);
    error = errno;
    if (file >= FIRST_FILE) {
      off64_t here = syscall(SYS_lseek, fd, 0, SEEK_CUR);
      synced[file] = syscall(SYS_lseek, fd, 0, SEEK_END);
      syscall(SYS_lseek, fd, here, SEEK_SET);
    }
    if (result == 0) note(file == FOLDER ? SYNC_FOLDER : SYNC, file, 0, NULL, 0);
  }
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

int fsync(int fd) { return sync_any(fd, SYS_fsync); }
int fdatasync(int fd) { return sync_any(fd, SYS_fdatasync); }

int unlink(const char *path) {
  pthread_mutex_lock(&lock);
  int result = (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
  int error = errno;
  const char *name = own(path);
  if (result == 0 && name != NULL) {
    uint32_t file = numbered(name);
    note(UNLINK, file, 0, NULL, 0);
    names[file][0] = 0;
  }
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

int rename(const char *from, const char *to) {
  pthread_mutex_lock(&lock);
  int result = (int)syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to);
  int error = errno;
  const char *old = own(from), *new = own(to);
  if (result == 0 && (old != NULL || new != NULL)) {
    if (old == NULL || new == NULL) abort();
    uint32_t file = numbered(old);
    for (uint32_t other = FIRST_FILE; other < files; other++)
      if (strcmp(names[other], new) == 0) names[other][0] = 0;
    strcpy(names[file], new);
    note(RENAME, file, 0, new, (uint32_t)strlen(new));
  }
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}
