"""What picklescan, fickling and modelscan say of the files under some folders, beside brine: totals, and the time of each.

    python3.11 -m venv scanners && scanners/bin/pip install picklescan fickling modelscan
    npm run build && scanners/bin/python scripts/compare-scanners.py FOLDER…

A file counts as flagged, clean, or failed (an error, or no answer within 20 seconds); which files are malicious is the
caller's knowledge. Only totals are printed. The malicious files of docs/audit.md are those of picklescan's tests/ and of modelscan's
but the ones named benign or new_, not_a, pytorch_model.
"""
import contextlib
import io
import json
import logging
import os
import signal
import subprocess
import sys
import time

logging.disable(logging.CRITICAL)
BRINE = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'dist', 'cli', 'main.js')
NODE = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'node_modules', '.bin', 'node')


class TooSlow(BaseException):
    pass


def too_slow(*_):
    raise TooSlow()


def with_picklescan(strict):
    from picklescan.scanner import scan_file_path

    def scan(path):
        result = scan_file_path(path, strict=strict)
        if result.issues_count > 0 or result.infected_files > 0:
            return 'flagged'
        return 'failed' if result.scan_err or result.scanned_files == 0 else 'clean'
    return scan


def with_fickling():
    from fickling.analysis import Severity, check_safety
    from fickling.fickle import StackedPickle

    def scan(path):
        with open(path, 'rb') as file:
            pickles = StackedPickle.load(file)
        if len(pickles) == 0:
            return 'failed'
        worst = max((check_safety(pickled).severity for pickled in pickles), key=lambda s: s.severity)
        return 'flagged' if worst.severity > Severity.LIKELY_SAFE.severity else 'clean'
    return scan


def with_modelscan():
    from modelscan.modelscan import ModelScan

    def scan(path):
        scanner = ModelScan()
        result = scanner.scan(path)
        if result['summary']['total_issues'] > 0:
            return 'flagged'
        return 'failed' if result['errors'] or result['summary']['scanned']['total_scanned'] == 0 else 'clean'
    return scan


def run(scan, paths):
    counts = {'flagged': 0, 'clean': 0, 'failed': 0}
    start = time.process_time()
    for path in paths:
        signal.alarm(20)
        try:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                answer = scan(path)
        except (Exception, TooSlow, RecursionError):
            answer = 'failed'
        finally:
            signal.alarm(0)
        counts[answer] += 1
    return counts, time.process_time() - start


def run_brine(folder):
    before = os.times()
    done = subprocess.run([NODE, BRINE, 'audit', '--json', '--jobs', '1', folder], capture_output=True)
    after = os.times()
    counts = {'dangerous': 0, 'review': 0, 'incomplete': 0, 'safe': 0}
    for file in json.loads(done.stdout)['files']:
        counts[file['verdict']] += 1
    return counts, (after[2] + after[3]) - (before[2] + before[3])


def main():
    signal.signal(signal.SIGALRM, too_slow)
    scanners = [('picklescan', with_picklescan(False)), ('picklescan --strict', with_picklescan(True)),
                ('fickling', with_fickling()), ('modelscan', with_modelscan())]
    for folder in sys.argv[1:]:
        paths = [os.path.join(root, name) for root, _, names in os.walk(folder) for name in names]
        size = sum(map(os.path.getsize, paths))
        print('%s: %d files, %.1f MB' % (folder, len(paths), size / 1e6))
        counts, seconds = run_brine(folder)
        line = ', '.join('%d %s' % (n, name) for name, n in counts.items())
        print('  %-20s %s; %.2f s of CPU, start included' % ('brine', line, seconds), flush=True)
        for name, scan in scanners:
            counts, seconds = run(scan, paths)
            line = ', '.join('%d %s' % (n, answer) for answer, n in counts.items())
            print('  %-20s %s; %.2f s of CPU, start not included' % (name, line, seconds), flush=True)


main()
