// A message calls the method of the class of its receiver, of a base, or of the class that is named.
//- user.m
@interface Shape
+ (id)alloc;
- (id)init;
- (int)area;
- (void)setWidth:(int)width height:(int)height;
@end
@interface Square : Shape
- (int)area;
@end
@implementation Square
- (int)area {
  return [super area];
//       ^ calls Shape::area by a member of its own class
}
- (int)twice {
  return 2 * [self area];
//           ^ calls Square::area by a member of its own class
}
@end
int go(Square *square, int a[]) {
  Square *made = [[Square alloc] init];
//               ^ calls Shape::init by the declared type of what it is called on
//                ^ calls Shape::alloc by its qualified name
  [square setWidth:a[1] height:[made area]];
//^ calls Shape::setWidth:height: by the declared type of what it is called on
//                             ^ calls Square::area by the declared type of what it is called on
  return a[0];
}
