// Calls in the body of a test belong to the test.
//: text only: the framework is not there
//- user_test.cpp
int j();
TEST(Suite, Name) { j(); }
//                  ^ calls j() from TEST(Suite, Name) by a function of the same file
TEST_CASE("it pops {", "[stack]") { j(); }
//< defines Function TEST_CASE("it pops {", "[stack]")
//                                  ^ calls j() from TEST_CASE("it pops {", "[stack]") by a function of the same file
