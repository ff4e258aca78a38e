from training import progress


def test_a_log_is_told_how_long_still_every_half_minute_and_the_end_once(capsys):
    clock = [0.0]
    told = progress.plain("Reading notes", now=lambda: clock[0])
    for seconds, share in ((10, 0.05), (40, 0.1), (50, 0.2), (80, 0.5), (400, 0.8), (500, 1.0), (600, 1.0)):
        clock[0] = seconds
        told(share)
    assert capsys.readouterr().err.splitlines() == [
        "Reading notes: 10%, about 6 min left",
        "Reading notes: 50%, about 80 s left",
        "Reading notes: 80%, about 100 s left",
        "Reading notes: done in 500.0 s",
    ]
