declare module 'gifenc/dist/gifenc.esm.js';
