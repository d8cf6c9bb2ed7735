// Behind `out << a` stands what the operator returns: where that is the class again, the next one is looked up in it.
//- user.cpp
namespace a {
struct Out {};
struct Other {};
enum Sign { Begin, End };
Out& operator<<(Out& out, const char* text);
Out& operator<<(Out& out, int number);
Out& operator<<(Out& out, Sign sign);
struct In { Other operator>>(int& n); In& operator>>(char& c); };
void go(Out out, In in, int n, char c) {
  out << Begin
//    ^ calls a::operator<<(Out&,Sign) by the overload that its arguments fit
      << "text"
//    ^ calls a::operator<<(Out&,const char*) by the overload that its arguments fit
      << 3
//    ^ calls a::operator<<(Out&,int) by the overload that its arguments fit
      << a::End;
//    ^ calls a::operator<<(Out&,Sign) by the overload that its arguments fit
  in >> c
//   ^ calls a::In::operator>>(char&) by the overload that its arguments fit
     >> n;
//   ^ !calls a::In::operator>>(char&)
}
}
