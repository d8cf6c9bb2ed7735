# Make: variables and targets without patterns are symbols; included files are links.
#: exact defines links
#- Makefile
CC := gcc
#< defines Variable CC@Makefile
.PHONY: all
all: a.o b.o
#< defines Target all@Makefile
	cc
%.o: %.c
	cc
include rules.mk
#       ^ links rules.mk
#- rules.mk
