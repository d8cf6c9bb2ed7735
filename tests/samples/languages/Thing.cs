namespace N.M {
  public class A {
    int x, y;
    public int P { get; }
    void M(int a) {}
  }
}
