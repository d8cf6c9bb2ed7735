#import <Foundation/Foundation.h>
@class Other;
typedef NS_ENUM(NSInteger, Mode) { ModeA, ModeB = 3 };
//- Enum Mode
//- Enumerator ModeA
//- Enumerator ModeB
@interface Shape : NSObject <NSCopying> {
//- decl Class Shape
  int _sides;
}
@property (nonatomic, copy) NSString *title;
//- Field Shape::title
- (void)setObject:(id)object forKey:(NSString *)key;
//- decl Method Shape::setObject:forKey:
@end
@implementation Shape
//- Class Shape
- (void)setObject:(id)object forKey:(NSString *)key {
//- Method Shape::setObject:forKey:
  [self each:^{ return 3; }];
}
static int between(int a) { return a; }
//- Function between(int) local
+ (instancetype)shared { return nil; }
//- Method Shape::shared
@end
namespace geo { class Area { }; }
//- Namespace geo
//- Class geo::Area
