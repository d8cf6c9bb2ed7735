// The arrow operator of a standard smart pointer leads to the class that it points to.
//- car.cpp
#include <memory>
struct Engine { void start(); void stop(); };
struct Other { void start(); void stop(); };
class Car {
  std::unique_ptr<Engine> engine_;
  void go(std::shared_ptr<Other> other) {
    engine_->start();
//           ^ calls Engine::start() by the declared type of what it is called on
    other->start();
//         ^ calls Other::start() by the declared type of what it is called on
    auto made = std::make_unique<Engine>();
    made->stop();
//        ^ calls Engine::stop() by the declared type of what it is called on
  }
};
