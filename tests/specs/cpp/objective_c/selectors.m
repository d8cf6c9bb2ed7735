// A selector names the method of the one class that has it, else that of its own class.
//- user.m
@interface Button
- (void)tap:(int)a;
- (void)only:(int)a with:(int)b;
@end
@interface Screen
- (void)tap:(int)a;
@end
@implementation Screen
- (void)tap:(int)a {}
- (SEL)chosen {
  return @selector(tap:);
//                 ^ [text] references Screen::tap: by a member of its own class
//                 ^ !references Button::tap:
}
- (SEL)other {
  return @selector(only:with:);
//                 ^ [text] references Button::only:with: by the only member function of that name
}
@end
SEL some() {
  return @selector(tap:);
//                 ^ !references *
}
