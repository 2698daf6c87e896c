using SocketConnector.Loops;

namespace SocketConnector.Tests.Loops;

public sealed class DescriptorBudgetTests
{
    [Theory]
    [InlineData(96, 77)]
    [InlineData(96, 79)]
    [InlineData(128, 77)]
    [InlineData(256, 77)]
    [InlineData(1024, 77)]
    [InlineData(1024, 900)]
    [InlineData(524288, 77)]
    public void B77_What_others_have_open_leaves_room_for_pairs_and_for_the_runtime(long limit, long others)
    {
        var budget = new DescriptorBudget(limit, others);
        Assert.True(budget.Needed <= limit, $"{budget} needs {budget.Needed}");
        Assert.True(budget.MaxAccepted - others >= 2, $"{budget} accepts up to {budget.MaxAccepted}");
        Assert.True(budget.MaxDialled > budget.MaxAccepted, $"{budget} accepts up to {budget.MaxAccepted}, dials up to {budget.MaxDialled}");
        Assert.True(limit - budget.MaxDialled >= 7, $"{budget} dials up to {budget.MaxDialled}");
        Assert.True(limit - budget.MaxAccepted <= 128, $"{budget} accepts up to {budget.MaxAccepted}");
    }

    [Fact]
    public void B77_A_limit_too_small_for_a_pair_says_what_it_needs() => Assert.True(new DescriptorBudget(80, 77).Needed > 80);

    [Theory]
    [InlineData(70)]
    [InlineData(79)]
    [InlineData(80)]
    [InlineData(81)]
    public void B77_What_the_runtime_has_taken_since_the_start_is_not_expected_once_more(long others)
    {
        // A limit of 96 that was enough for a start with 70.
        const long Limit = 96, AtStart = 70;
        DescriptorBudget growing = new DescriptorBudget(Limit, others).Growing(AtStart + DescriptorBudget.Growth);
        Assert.True(growing.MaxAccepted - others >= 2, $"with {others} others none is accepted: {growing}");
        Assert.True(growing.Others >= AtStart + DescriptorBudget.Growth, $"what is still to come is not held back: {growing}");
    }

    [Fact]
    public void Without_a_limit_nothing_is_held_back()
    {
        var budget = new DescriptorBudget(long.MaxValue, 0);
        Assert.False(budget.IsNear(int.MaxValue));
        Assert.True(budget.MaxAccepted > int.MaxValue);
    }
}
