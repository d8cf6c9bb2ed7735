// PyTorch operators are bound below torch.ops, without overload names and schemas.
//: text only: PyTorch is not there
//: exact binds
//- ops.cpp
namespace geo {
double area(double r) { return r; }
double area2(double w, double h) { return w * h; }
enum class Color { Red };
class Box { public: double volume() const { return 1; } double side; static int count(); };
}
TORCH_LIBRARY(geo_ops, m) { m.def("area(float r) -> float"); m.def("area2(float w) -> float", &geo::area2); }
//                                                                  ^ binds geo::area2(double,double) as operator from torch.ops.geo_ops.area2
TORCH_LIBRARY_IMPL(geo_ops, CPU, m) { m.impl("area.out", TORCH_FN(geo::area)); }
//                                            ^ binds geo::area(double) as operator from torch.ops.geo_ops.area
