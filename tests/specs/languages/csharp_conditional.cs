// C#: all branches of conditional compilation are read, also where they part a class head or an expression.
//- Sink.cs
namespace Lib;
public interface ISink { void Write(); }
public class Sink : ISink
#if ASYNC
  , System.IAsyncDisposable
#endif
{
//< !defines *
  public void Write() {}
//            ^ defines Method Lib.Sink.Write()@Sink.cs
#if NET
  public void Fast(int a
#else
  public void Slow(int b, int c
#endif
  ) {
    Write();
//  ^ calls Lib.Sink.Write() from Lib.Sink.Fast(int)
  }
#if NET
  void OnlyNew() { Fast(1); }
//                 ^ calls Lib.Sink.Fast(int)
#else
  void OnlyOld() { Slow(1, 2); }
//                 ^ calls Lib.Sink.Slow(int,int)
#endif
}
