using FsCheck;
using FsCheck.Fluent;
using SocketConnector.Rendezvous.Sessions;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.Tests.Sessions;

public sealed class DueHeapTests
{
    private static Gen<(int End, int Due)[]> Steps { get; } = Gen.ArrayOf(
        from end in Gen.Choose(0, 19)
        from due in Gen.Choose(-3, 9)
        select (end, due));

    [Fact]
    public Task It_gives_back_what_is_due_in_order_and_those_of_one_time_as_they_came() => Seeded.CheckAsync(
        Steps,
        2000,
        steps =>
        {
            RelayEnd[] ends = [.. Enumerable.Range(0, 20).Select(static _ => new RelayEnd())];
            var heap = new DueHeap();
            List<(RelayEnd End, int Due)> model = [];
            foreach ((int index, int due) in steps)
            {
                RelayEnd end = ends[index];
                model.RemoveAll(entry => entry.End == end);
                if (due < 0)
                {
                    heap.Remove(end);
                }
                else
                {
                    heap.Set(end, due);
                    model.Add((end, due));
                }

                Assert.Equal(model.Count, heap.Count);
            }

            foreach ((RelayEnd end, int due) in model.OrderBy(static entry => entry.Due))
            {
                Assert.Equal((end, (long)due), (heap.First, heap.Next));
                heap.Remove(end);
            }

            Assert.Equal(long.MaxValue, heap.Next);
        });
}
