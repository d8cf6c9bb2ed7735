// Default arguments of the declaration count although the definition does not repeat them.
//- user.cpp
struct Engine { void start(int level = 1, int speed = 2); };
void Engine::start(int level, int speed) {}
void go(Engine& engine) {
  engine.start();
//       ^ calls Engine::start(int,int) by the declared type of what it is called on
}
