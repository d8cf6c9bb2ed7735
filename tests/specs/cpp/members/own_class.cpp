// In a method, an unqualified name is looked up in the class before free functions.
//- user.cpp
void stop();
void go();
struct Car {
  void stop();
  void start() {
    stop();
//  ^ calls Car::stop() by a member of its own class
//  ^ !calls stop()
    this->stop();
//        ^ calls Car::stop() by a member of its own class
    go();
//  ^ calls go() by a function of the same file
  }
};
