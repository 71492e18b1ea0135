import './styles/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { createClient } from './client.ts';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has lost its #app.');

/** Our own host has the font within milliseconds; without it the window opens all the same. */
const fontAtMostMs = 500;
// Words drawn in another font first would move when theirs comes.
await Promise.race([
  document.fonts.load('1em "Inter Variable"').catch(() => undefined),
  new Promise((resolve) => setTimeout(resolve, fontAtMostMs)),
]);
mount(App, { target, props: { client: createClient(document) } });
