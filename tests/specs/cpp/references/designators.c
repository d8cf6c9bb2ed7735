// A designator names a field of what is initialised, in braces inside of braces too.
//: references
//: text only: the compiler's tier says so without asking
//- user.c
struct flags { int ready; };
struct file { struct flags flags; int mode; };
struct other { int ready; int mode; };
static struct file first = { .flags = { .ready = 1 }, .mode = 2 };
//                            ^ references file::flags by the declared type of what it is a member of
//                                       ^ references flags::ready
//                                                     ^ references file::mode
//                                       ^ !references other::ready
static struct file all[] = { { .mode = 1 } };
//                              ^ references file::mode
