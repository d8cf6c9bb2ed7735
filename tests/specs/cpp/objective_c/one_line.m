// Members that follow each other on one line are members all the same.
//- one.m
@protocol P - (void)m; - (int)k:(int)a; @end
@interface C : NSObject <P> - (void)n; @property int x; - (void)o; @end
@implementation C - (void)n { [self o]; }
//                                   ^ calls C::o by a member of its own class
- (void)o { [self m]; } + (int)q { return 1 - 2; } @end
//                ^ calls P::m by a member of its own class
int f(C *c) { return [C q]; }
//                      ^ calls C::q by its qualified name
