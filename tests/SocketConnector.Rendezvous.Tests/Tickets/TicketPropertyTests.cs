using FsCheck;
using FsCheck.Fluent;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.Tests.Tickets;

/// <summary>What holds for every text that comes as a ticket.</summary>
public sealed class TicketPropertyTests
{
    private static readonly Ticket _ticket = new("t", Tokens.Now.AddHours(1)) { MaxWaiting = 5 };

    [Fact]
    public Task A_ticket_that_was_changed_is_refused() => Seeded.CheckAsync(Mutated(new TicketMint(Tokens.Es).Sign(_ticket), "AZaz09-_.=! \u20ac"), 2000, static async token =>
    {
        // The last digit of base64url has bits that mean nothing.
        Ticket? read = (await Tokens.Verifier().VerifyAsync(token)).Ticket;
        Assert.True(read is null || read == _ticket, token);
    });

    [Fact]
    public Task Signed_claims_of_any_form_are_read_or_refused() => Seeded.CheckAsync(
        Mutated($$"""{"tenant":"t","exp":{{Tokens.Expires}},"nbf":0,"role":"listen","max_bytes":5,"max_seconds":7}""", "\"\\{}[],:019.-eEtn \0\u20ac"),
        2000,
        static async claims =>
        {
            TicketVerdict verdict = await Tokens.Verifier().VerifyAsync(Tokens.Hs256(claims));
            Assert.True((verdict.Ticket is null) != (verdict.Reason is null), claims);
        });

    [Fact]
    public Task A_header_of_any_form_is_read_or_refused() => Seeded.CheckAsync(
        Mutated("""{"alg":"HS256","kid":"hs","typ":"JWT"}""", "\"\\{}[],:019nullES \0\u20ac"),
        2000,
        static async header =>
        {
            TicketVerdict verdict = await Tokens.Verifier().VerifyAsync(Tokens.Hmac(header, Tokens.Claims));
            Assert.True((verdict.Ticket is null) != (verdict.Reason is null), header);
        });

    /// <summary>One to three characters changed, added or taken away.</summary>
    private static Gen<string> Mutated(string text, string alphabet) =>
        from changes in Gen.ArrayOf(
            from kind in Gen.Choose(0, 2)
            from at in Gen.Choose(0, text.Length - 1)
            from letter in Gen.Elements(alphabet.ToCharArray())
            select (kind, at, letter))
        select changes.Take(3).Aggregate(text, static (now, change) => Change(now, change.kind, Math.Min(change.at, now.Length - 1), change.letter));

    private static string Change(string text, int kind, int at, char letter) => kind switch
    {
        0 => $"{text[..at]}{letter}{text[(at + 1)..]}",
        1 => text.Insert(at, letter.ToString()),
        _ => text.Remove(at, 1),
    };
}
