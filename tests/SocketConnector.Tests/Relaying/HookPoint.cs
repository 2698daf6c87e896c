using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace SocketConnector.Tests.Relaying;

/// <summary>Where a connector calls a user's code.</summary>
public enum HookPoint
{
    Verifier,
    Transformer,
    BeforeJoining,
    LoggerFactory,
    LoggerAsked,
    Logger,
    MeterFactory,
    MeterListener,
    SpanListener,
    EventWriter,
    EventReader,
    ClockNow,
    ClockTimestamp,
    ClockTimer,
}

/// <summary>Makes options whose code misbehaves at one hook point.</summary>
internal sealed class HookedOptions(HookPoint point, Misbehaviour code) : IDisposable
{
    private readonly MeterListener _listener = new();
    private ActivityListener? _spans;
    private readonly Channel<ConnectionEvent> _inline = Channel.CreateUnbounded<ConnectionEvent>(new UnboundedChannelOptions { AllowSynchronousContinuations = true });

    /// <summary>Whether a peer or a connection pays for it; what only watches costs nothing, and the system's clock stands in for one that fails.</summary>
    public static bool CostsTheConnection(HookPoint point) =>
        point is HookPoint.Verifier or HookPoint.Transformer or HookPoint.BeforeJoining;

    /// <summary>Reads the channel on whatever thread writes to it. Ends with the channel.</summary>
    public Task Reading { get; private set; } = Task.CompletedTask;

    public ConnectorOptions Connector()
    {
        var factory = new Meters(() => ActAt(HookPoint.MeterFactory));
        _listener.InstrumentPublished = (instrument, self) =>
        {
            if (factory.Made.Contains(instrument.Meter))
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, _, _, _) => ActAt(HookPoint.MeterListener));
        _listener.SetMeasurementEventCallback<double>((_, _, _, _) => ActAt(HookPoint.MeterListener));
        _listener.Start();
        if (point == HookPoint.SpanListener)
        {
            _spans = new ActivityListener
            {
                ShouldListenTo = source => source.Name == "SocketConnector",
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStarted = _ => ActAt(HookPoint.SpanListener),
            };
            ActivitySource.AddActivityListener(_spans);
        }

        if (point == HookPoint.EventReader)
        {
            Reading = ReadInlineAsync();
        }

        return new ConnectorOptions
        {
            GracePeriod = Timeout.InfiniteTimeSpan,
            AdmissionTimeout = TimeSpan.FromMilliseconds(500),
            JoinTimeout = TimeSpan.FromMilliseconds(500),
            LoggerFactory = new Loggers(this),
            MeterFactory = factory,
            TimeProvider = point >= HookPoint.ClockNow ? new Clock(this) : TimeProvider.System,
            Events = point == HookPoint.EventWriter ? new Writer(this) : _inline.Writer,
            BeforeJoining = (_, _) =>
            {
                ActAt(HookPoint.BeforeJoining);
                return ValueTask.CompletedTask;
            },
        };
    }

    /// <summary>For the side that listens.</summary>
    public SideOptions Side() => new()
    {
        AuthVerifier = point is not (HookPoint.Verifier or HookPoint.ClockTimer)
            ? null
            : (_, _) =>
            {
                ActAt(HookPoint.Verifier);
                return ValueTask.FromResult(AuthResult.Accept());
            },
        Transformer = point != HookPoint.Transformer
            ? null
            : async (source, destination, cancellationToken) =>
            {
                ActAt(HookPoint.Transformer);
                await source.CopyToAsync(destination, cancellationToken);
            },
    };

    public void Dispose()
    {
        _inline.Writer.TryComplete();
        _listener.Dispose();
        _spans?.Dispose();
    }

    private void ActAt(HookPoint here)
    {
        if (here == point)
        {
            code.Act();
        }
    }

    private async Task ReadInlineAsync()
    {
        while (await _inline.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (_inline.Reader.TryRead(out _))
            {
            }

            try
            {
                code.Act();
            }
            catch (InvalidOperationException)
            {
                // What it throws stays in this task; it is where it runs that matters.
            }
        }
    }

    private sealed class Loggers(HookedOptions owner) : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName)
        {
            owner.ActAt(HookPoint.LoggerFactory);
            return this;
        }

        public bool IsEnabled(LogLevel logLevel)
        {
            owner.ActAt(HookPoint.LoggerAsked);
            return true;
        }

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            owner.ActAt(HookPoint.Logger);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose()
        {
            // The contract asks for it; nothing is held.
        }
    }

    private sealed class Meters(Action act) : IMeterFactory
    {
        public HashSet<Meter> Made { get; } = [];

        public Meter Create(MeterOptions options)
        {
            act();
            var meter = new Meter(options);
            Made.Add(meter);
            return meter;
        }

        public void Dispose()
        {
            // Meters hold nothing but their listeners, which are disposed.
        }
    }

    private sealed class Writer(HookedOptions owner) : ChannelWriter<ConnectionEvent>
    {
        public override bool TryWrite(ConnectionEvent item)
        {
            owner.ActAt(HookPoint.EventWriter);
            return true;
        }

        public override ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(true);
    }

    private sealed class Clock(HookedOptions owner) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow()
        {
            owner.ActAt(HookPoint.ClockNow);
            return base.GetUtcNow();
        }

        public override long GetTimestamp()
        {
            owner.ActAt(HookPoint.ClockTimestamp);
            return base.GetTimestamp();
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            owner.ActAt(HookPoint.ClockTimer);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
