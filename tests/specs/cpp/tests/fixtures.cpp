// The body of a TEST_F calls members of its fixture; the body of a TEST does not.
//: text only: the framework is not there
//- car_test.cpp
#include <gtest/gtest.h>
//< includes external gtest/gtest.h
struct Engine { void start(); };
class CarTest : public ::testing::Test {
 protected:
  void prepare();
  Engine engine;
};
class Based : public CarTest {};
TEST_F(Based, Starts) {
//< defines Function TEST_F(Based, Starts)@car_test.cpp
  prepare();
//^ calls CarTest::prepare() by a member of its own class
  engine.start();
//       ^ calls Engine::start() by the declared type of what it is called on
}
struct Plain { void prepare2(); };
TEST(Plain, Other) {
  prepare2();
//^ !calls *
}
