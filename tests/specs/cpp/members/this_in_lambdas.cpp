// In a lambda inside a method, members of the class are found as in the method.
//- user.cpp
void stop();
struct Car {
  void stop();
  void go() {
    auto f = [this] { stop(); this->stop(); };
//                    ^ calls Car::stop() by a member of its own class
    f();
//  ^ !calls Car::stop() by the name of a class
  }
};
