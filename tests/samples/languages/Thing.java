package p;
/** A class. */
@A
public class C extends B {
  private int x = 1, y;
  C(int a) {}
  static void m(String s, int... r) { int z; }
  void m() {}
  enum E { P }
}
