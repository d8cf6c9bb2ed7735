// Of several overloads the one is called that an argument fits best; where that is not sure, one is that may be meant.
//- user.cpp
namespace std { class string {}; class istream {}; class stringstream : public istream {}; }
namespace a {
struct Node {};
struct Leaf : Node {};
struct Other { operator Node() const; };
enum Kind { First, Second };
int load(const std::string& text);
int load(const char* text);
int load(std::istream& text);
int put(int n);
int put(double n);
int put(char c);
int put(bool b);
int put(Kind k);
int put(const Node& n);
int made(const Node& n);
int made(const char* text);
int some(Node& n);
int some(const Node& n);
template <class T> int any(T&& t);
int any(const Node& n);
template <class T> int all(const T& t);
int all(const Node& n);
Node give();
struct Writer {
  void add(const char* name);
  void add(int number);
  void set(const char* name, int n);
  void set(double number, int n);
};
void go(Node n, Leaf leaf, Other other, std::string s, std::stringstream stream, Writer w, const char* text) {
  load("a");
//^ calls a::load(const char*) by the overload that its arguments fit
  load(s);
//^ calls a::load(const string&) by the overload that its arguments fit
  load(stream);
//^ calls a::load(istream&) by the overload that its arguments fit
  load(text);
//^ calls a::load(const char*) by the overload that its arguments fit
  put(1);
//^ calls a::put(int) by the overload that its arguments fit
  put(1.5);
//^ calls a::put(double) by the overload that its arguments fit
  put('c');
//^ calls a::put(char) by the overload that its arguments fit
  put(true);
//^ calls a::put(bool) by the overload that its arguments fit
  put(Second);
//^ calls a::put(Kind) by the overload that its arguments fit
  put(give());
//^ calls a::put(const Node&) by the overload that its arguments fit
  put(n);
//^ calls a::put(const Node&) by the overload that its arguments fit
  put(other);
//^ !calls a::put(int)
//^ [semantic] calls a::put(const Node&)
  made(leaf);
//^ !calls a::made(const char*)
  some(give());
//^ calls a::some(const Node&) by the overload that its arguments fit
  some(n);
//^ !calls a::some(const Node&)
  any(n);
//^ [text] calls a::any(T&&) by one of the overloads that its arguments may fit
  all(n);
//^ calls a::all(const Node&) by the overload that its arguments fit
  w.add("a");
//  ^ calls a::Writer::add(const char*) by the overload that its arguments fit
  w.add(3);
//  ^ calls a::Writer::add(int) by the overload that its arguments fit
  w.set("a", 1);
//  ^ calls a::Writer::set(const char*,int) by the overload that its arguments fit
}
}
