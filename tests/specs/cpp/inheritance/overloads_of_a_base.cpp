// Of several virtual methods of one name and number of parameters the one with the same parameters is overridden.
//- user.cpp
struct Item {};
struct Base {
  virtual void label(Item* item);
  virtual void label(int* number);
  virtual Base* self() { return this; }
  virtual const Base* self() const { return this; }
};
struct Middle : Base { void label(Item* item) override; };
struct Derived : Middle {
  void label(int* number) override;
//     ^ overrides Base::label(int*)
//     ^ !overrides Middle::label(Item*)
  Derived* self() override { return this; }
//         ^ overrides Base::self()
  const Derived* self() const override { return this; }
//               ^ overrides Base::self() const
};
