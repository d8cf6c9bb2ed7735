// C declarations: structs, typedefs, old-style parameters, arrays of function pointers, attribute macros.
//: exact defines declares
//: text only: it does not compile
//- driver.c
#define INIT __attribute__((section(".init")))
//      ^ defines Macro INIT
typedef struct { int x; } point_t;
//                   ^ defines Field point_t::x
//                        ^ defines Struct point_t
//                        ^ defines TypeAlias point_t
typedef int (*handler_t)(struct driver *, int);
//            ^ defines TypeAlias handler_t
static const struct operations driver_ops = { .open = driver_open };
//                             ^ defines Variable driver_ops@driver.c
static int INIT driver_init(void) { return 0; }
//              ^ defines Function driver_init()@driver.c
int old_style(a, b)
//  ^ defines Function old_style(a,b)
    int a;
    char *b;
{
    return a;
}
struct buffer *buffer_new(int class, int new) { return 0; }
//             ^ defines Function buffer_new(int,int)
extern int print_it(const char *fmt, ...) __printf(1, 2);
//         ^ declares Function print_it(const char*,...)
int (*table[4])(void), plain;
//                     ^ defines Variable plain
//    ^ defines Variable table
MODULE_LICENSE("GPL");
void NAME_(fill)(int *a, int n) { }
//   ^ defines Function NAME_(fill)(int*,int)
