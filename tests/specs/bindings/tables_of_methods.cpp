// A CPython method table binds its functions in the module or type that uses the table.
//: text only: Python's headers are not there
//: exact binds
//- native.cpp
static PyObject* py_area(PyObject* self, PyObject* args) {
  HANDLE_ERRORS
  return 0;
  END_HANDLE_ERRORS
}
static PyObject* box_volume(PyObject* self) { return 0; }
static PyMethodDef Methods[] = {
  {"area", (PyCFunction)py_area, METH_VARARGS, "doc"},
//                      ^ binds py_area(PyObject*,PyObject*)@native.cpp as function table from pkg.native.area
  {NULL, NULL, 0, NULL}
};
static PyMethodDef BoxMethods[] = {{"volume", cast<PyCFunction>(box_volume), METH_NOARGS}, {nullptr}};
//                                                              ^ binds box_volume(PyObject*)@native.cpp as function table from pkg.native.Box.volume
PyTypeObject BoxType = {PyVarObject_HEAD_INIT(nullptr, 0) "pkg.native.Box", sizeof(int), BoxMethods};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, "pkg.native", NULL, -1, Methods};
