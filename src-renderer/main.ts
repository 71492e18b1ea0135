import './styles/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { createClient } from './client.ts';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has lost its #app.');
mount(App, { target, props: { client: createClient() } });
