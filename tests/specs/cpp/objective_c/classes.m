// Classes of Objective-C inherit from their super class and adopt protocols; methods override those above.
//- user.m
@protocol Drawing
- (void)draw;
@end
@interface Shape <Drawing>
//< inherits Drawing from Shape
- (int)area;
@end
@interface Square : Shape
//< inherits Shape from Square
- (int)area;
//< overrides Shape::area from Square::area
@end
