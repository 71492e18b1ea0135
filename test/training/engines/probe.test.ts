import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readLspci, readSystemProfiler } from '../../../training/engines/gpu-names.ts';
import { chooseEngine, probe } from '../../../training/engines/probe.ts';

test('the processor always works', async () => {
  const [cpu] = await probe({ engines: ['cpu'] });
  assert.deepEqual(
    { ...cpu, half: true },
    { engine: 'cpu', works: true, device: 'processor', half: true, plain: false, reason: null },
  );
});

test('a child that dies is a reason, not a crash', async () => {
  const env = { ...process.env, NODE_OPTIONS: '--require /nowhere/to/be/found.cjs' };
  const [cpu] = await probe({ engines: ['cpu'], env });
  assert.equal(cpu!.works, false);
  assert.match(cpu!.reason!, /its process ended with code/);
});

test('a child that does not answer is given up', async () => {
  const [cpu] = await probe({ engines: ['cpu'], timeoutMs: 1 });
  assert.match(cpu!.reason!, /did not answer within 0.001 seconds/);
});

test('the first engine that works is chosen, and the processor when none does', async () => {
  const chosen = await chooseEngine({ engines: ['cpu', 'webgpu'] });
  assert.equal(chosen.engine, 'cpu');
  const none = await chooseEngine({ engines: ['webgpu'], timeoutMs: 1 });
  assert.deepEqual([none.engine, none.works], ['cpu', true]);
});

test('names of graphics cards are read from what the systems print', () => {
  const lspci = [
    '00:1f.3 "Audio device" "Intel Corporation" "Device 7ad0" -r11 "" ""',
    '01:00.0 "VGA compatible controller" "NVIDIA Corporation" "GA104 [GeForce RTX 3070]" -ra1 "ASUS" "Device 87b8"',
    '02:00.0 "3D controller" "Advanced Micro Devices, Inc. [AMD/ATI]" "Navi 23" -rc1 "" ""',
  ].join('\n');
  assert.deepEqual(readLspci(lspci), [
    'NVIDIA Corporation GeForce RTX 3070',
    'Advanced Micro Devices, Inc. [AMD/ATI] Navi 23',
  ]);
  assert.deepEqual(readSystemProfiler('{"SPDisplaysDataType":[{"sppci_model":"Apple M3 Pro"},{}]}'), [
    'Apple M3 Pro',
  ]);
  assert.deepEqual(readSystemProfiler('{}'), []);
});

test('plain JavaScript is never chosen, but can be had by name', async () => {
  const [tensorflow] = await probe({ engines: ['tensorflow'] });
  if (!tensorflow!.plain) return; // a native one is installed, or none at all
  assert.equal((await chooseEngine({ engines: ['tensorflow'] })).engine, 'cpu');
  assert.deepEqual([tensorflow!.works, tensorflow!.device], [true, 'processor']);
});
