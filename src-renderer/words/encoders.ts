/** What is said about encoders that can be downloaded. */
import { formatBytes, formatNumber, formatTimeLeft } from '../layout/formats.ts';
import { photos } from './counts.ts';

export const encoderWords = {
  encoders: {
    /** Of the line on the search screen. */
    label: 'A better encoder',
    offer: (name: string) => `Searching by words is basic with the built-in encoder; ${name} finds more.`,
    size: (bytes: number, host: string) => `${formatBytes(bytes)} from ${host}`,
    install: 'Install',
    installNamed: (name: string) => `Install ${name}`,
    notNow: 'Not now',
    cancel: 'Cancel',
    cancelNamed: (name: string) => `Cancel the download of ${name}`,
    goOn: 'Go on',
    goOnNamed: (name: string) => `Go on with the download of ${name}`,
    tryAgainNamed: (name: string) => `Try again to download ${name}`,
    use: 'Use it',
    useNamed: (name: string) => `Use ${name}`,
    downloading: (name: string) => `Downloading ${name}`,
    far: (done: number, total: number) => `${formatBytes(done)} of ${formatBytes(total)}`,
    speed: (bytesPerSecond: number) => `${formatBytes(bytesPerSecond)}/s`,
    left: (seconds: number) => `${formatTimeLeft(seconds)} left`,
    trying: (name: string) => `Trying ${name} on this computer`,
    stopped: (name: string, done: number, total: number) =>
      `The download of ${name} stopped at ${formatBytes(done)} of ${formatBytes(total)}; what has come is kept.`,
    installed: (name: string) => `${name} is installed.`,
    toUse: (count: number) =>
      count === 0
        ? 'It is used for the photos that you add.'
        : `To use it, your ${photos(count)} are looked at once more, in the background.`,
    preparing: (name: string) => `${name} looks at your photos.`,
    prepared: (done: number, total: number) => `${formatNumber(done)} of ${formatNumber(total)}`,
    meanwhile: 'Until all are done, you search as before.',
    recommended: 'Recommended',
    inBackground: 'Preparing',
    licenceAndSize: (licence: string, bytes: number, host: string) =>
      `Licence: ${licence}. ${formatBytes(bytes)} from ${host}.`,
  },
} as const;
