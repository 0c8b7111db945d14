/*
 * Writes vectors/bdb185.db with a library of Berkeley DB 1.85, whose dbopen() macOS and the BSDs have in their libc and other
 * systems in packages of db1:
 *
 *     cc -o generate generate-bdb185.c -ldb1          # on macOS and the BSDs without -ldb1
 *     python3 generate.py feed | ./generate vectors/bdb185.db 512 4
 *
 * Lines on standard input: "put HEXKEY HEXVALUE" or "del HEXKEY". Then the size of a page, and keys of a bucket.
 */
#include <sys/types.h>
#include <db.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t bytes_of(const char *hex, unsigned char *bytes) {
  size_t count = strlen(hex) / 2;
  for (size_t index = 0; index < count; index++) {
    unsigned byte;
    sscanf(hex + 2 * index, "%2x", &byte);
    bytes[index] = (unsigned char)byte;
  }
  return count;
}

int main(int count, char **arguments) {
  static char line[1 << 20];
  static unsigned char key[1 << 19], value[1 << 19];
  if (count != 4) return 2;
  HASHINFO info = {0};
  info.bsize = (unsigned)atoi(arguments[2]);
  info.ffactor = (unsigned)atoi(arguments[3]);
  info.nelem = 1;
  DB *database = dbopen(arguments[1], O_RDWR | O_CREAT | O_TRUNC, 0644, DB_HASH, &info);
  if (database == NULL) {
    perror(arguments[1]);
    return 1;
  }
  while (fgets(line, sizeof line, stdin)) {
    line[strcspn(line, "\n")] = 0;
    char *first = strchr(line, ' ');
    *first++ = 0;
    char *second = strchr(first, ' ');
    if (second) *second++ = 0;
    DBT k = {key, bytes_of(first, key)};
    if (second) {
      DBT v = {value, bytes_of(second, value)};
      if (database->put(database, &k, &v, 0) != 0) perror("put");
    } else if (database->del(database, &k, 0) < 0) {
      perror("del");
    }
  }
  return database->close(database);
}
