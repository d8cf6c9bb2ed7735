// Numbers with an exponent and raw strings tell overloads apart, as other literals do.
//- user.cpp
void put(float number, int width = 0);
void put(double number, int width = 0);
void put(const char* text, int width = 0);
void put(bool truth, int width = 0);
void go() {
  put(1.5e+26f);
//^ calls put(float,int) by the overload that its arguments fit
  put(1e-5);
//^ calls put(double,int) by the overload that its arguments fit
  put(-1.299E-5f, 2);
//^ calls put(float,int) by the overload that its arguments fit
  put(R"(a "quoted" text)");
//^ calls put(const char*,int) by the overload that its arguments fit
}
