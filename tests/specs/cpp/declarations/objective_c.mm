// Objective-C interfaces, fields, properties and methods are symbols, besides those of C++.
//: exact defines declares
//: text only: it does not compile
//- Shape.mm
#import <Foundation/Foundation.h>
@class Other;
typedef NS_ENUM(NSInteger, Mode) { ModeA, ModeB = 3 };
//                         ^ defines Enum Mode
//                                 ^ defines Enumerator ModeA
//                                        ^ defines Enumerator ModeB
@interface Shape : NSObject <NSCopying> {
//         ^ declares Class Shape
  int _sides;
//    ^ defines Field Shape::_sides
}
@property (nonatomic, copy) NSString *title;
//                                    ^ defines Field Shape::title
- (void)setObject:(id)object forKey:(NSString *)key;
//< declares Method Shape::setObject:forKey:
@end
@implementation Shape
//              ^ defines Class Shape
- (void)setObject:(id)object forKey:(NSString *)key {
//< defines Method Shape::setObject:forKey:
  [self each:^{ return 3; }];
}
static int between(int a) { return a; }
//         ^ defines Function between(int)@Shape.mm
+ (instancetype)shared { return nil; }
//              ^ defines Method Shape::shared
@end
namespace geo { class Area { }; }
//                    ^ defines Class geo::Area
//        ^ defines Namespace geo
