// A sound while an urgent case waits for somebody, on devices on which it was switched on.
(() => {
  "use strict";

  const KEY = "faqbot.desk.sound";
  const AGAIN = 20000; // milliseconds
  const button = document.getElementById("sound");
  let audio = null;
  let waiting = 0;
  let timer = 0;

  const isOn = () => read() === "on";

  function read() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // storage is closed to us: the sound stays off
    }
  }

  function show() {
    button.setAttribute("aria-pressed", String(isOn()));
    button.textContent = isOn() ? "Sound on" : "Sound off";
  }

  // Browsers let a page sound only after somebody used it.
  function ready() {
    audio ??= new AudioContext();
    if (audio.state === "suspended") audio.resume().catch(() => {});
    return audio.state === "running";
  }

  function ring() {
    if (!waiting || !isOn() || !ready()) return;
    for (const [start, pitch] of [[0, 880], [0.25, 660], [0.5, 880]]) {
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      tone.frequency.value = pitch;
      volume.gain.value = 0.15;
      tone.connect(volume).connect(audio.destination);
      tone.start(audio.currentTime + start);
      tone.stop(audio.currentTime + start + 0.2);
    }
    document.documentElement.dataset.rang = String(Number(document.documentElement.dataset.rang || 0) + 1);
  }

  addEventListener("desk-alarm", ({ detail }) => {
    const more = detail > waiting;
    waiting = detail;
    if (more) ring();
    if (waiting && !timer) timer = setInterval(ring, AGAIN);
    if (!waiting) {
      clearInterval(timer);
      timer = 0;
    }
  });

  button.addEventListener("click", () => {
    try {
      localStorage.setItem(KEY, isOn() ? "off" : "on");
    } catch {} // as above
    ready();
    show();
    ring();
  });
  show();
})();
