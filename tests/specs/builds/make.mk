# Make: a target is built of the files among its prerequisites, objects standing for their sources.
#: exact builds buildsAfter
#- Makefile
OBJS = main.o util.o
OBJS += $(EXTRA:.c=.o)
HDRS := util.h
all: prog
#< buildsAfter prog
prog: $(OBJS) $(HDRS)
#< builds main.c
#< builds util.c
#< builds util.h
	cc -o $@ $^
%.o: %.c
	cc -c $<
#- main.c
#- util.c
#- util.h
