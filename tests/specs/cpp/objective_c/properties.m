// A property is read and set by messages and by dots; its own accessors are methods; others are none.
//- user.m
@interface Shape
@property int width, height;
@property (getter=isOn, setter=turn:) int on;
- (int)area;
@end
@interface Square : Shape
@property Shape *inner;
@end
@interface Other
@property int width;
- (void)report;
@end
struct point { int width; };
@implementation Square
- (int)twice {
  self.width = 3;
//     ^ references Shape::width by a member of its own class
  return self.inner.height;
//            ^ references Square::inner by a member of its own class
//                  ^ references Shape::height by the declared type of what it is called on
//                  ^ !references Other::width
}
@end
int go(Square *square, struct point p, id any) {
  [square setWidth:4];
//^ references Shape::width by the declared type of what it is called on
  square.area;
//       ^ calls Shape::area by the declared type of what it is called on
  [square turn:[square isOn]];
//^ calls Shape::turn: by the declared type of what it is called on
//             ^ calls Shape::isOn by the declared type of what it is called on
  any.width = 5;
//    ^ !references *
  p.width = 6;
//  ^ !references *
  return [square width];
//       ^ references Shape::width by the declared type of what it is called on
}
