// Literals, digit separators, digraphs and constant conditions hide no declaration.
//- raw.cpp
#define COLOR "\033["
const char* red() { return COLOR"("; }
void after_color();
//   ^ declares Function after_color()
const char* raw = u8R"x(} ")x";
void after_raw();
//   ^ declares Function after_raw()
int separated() { return 1'024 + 0xFF'FF; }
void after_separated();
//   ^ declares Function after_separated()
int apart(int c) { switch (c) { case'{': return 1; default: return u8'}'; } }
void after_case();
//   ^ declares Function after_case()
//- conditions.cpp
# if 0
void a();
//   ^ !declares *
#else
void b();
//   ^ declares Function b()
#endif
#if (0)
void c();
//   ^ !declares *
#elif 1
void d();
//   ^ declares Function d()
#else
void e();
//   ^ !declares *
#endif
#if 0 && FAST
#define never(x) x
//      ^ !defines *
#endif
#if	0L
void f();
//   ^ !declares *
#endif
#if !1
void g();
//   ^ !declares *
#endif
#if 1 || FAST
void h();
//   ^ declares Function h()
#else
void i();
//   ^ !declares *
#endif
//- digraphs.cpp
%: define LARGE 1
struct Box <%
  int field;
//    ^ defines Field Box::field
  void turn() <% %>
//     ^ defines Method Box::turn()
%>;
