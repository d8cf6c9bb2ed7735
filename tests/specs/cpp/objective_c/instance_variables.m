// Instance variables are fields of their class, whichever part of it declares them; modules are imported.
//- user.m
@import Foundation;
//< imports external Foundation
@interface Box {
  int count_; /* a comment; of two */
//< defines Field Box::count_
 @private
  Box *first, *rest[2];
//< defines Field Box::first
//< defines Field Box::rest
}
@end
@interface Box () { int hidden; }
//< defines Field Box::hidden
@end
@implementation Box {
  struct { int a; } inner;
//< defines Field Box::inner
//< !defines Field Box::a
}
@end
