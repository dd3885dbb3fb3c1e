'use strict';
// A film of a second and a half with picture and sound, as the browser itself makes it.

async function filmIn(browser) {
    const page = await browser.newPage();
    const text = await page.evaluate(async () => {
        const canvas = document.createElement('canvas');
        const pen = canvas.getContext('2d');
        let n = 0;
        const paint = setInterval(() => {
            pen.fillStyle = ['#a00', '#00a'][n += 1, n % 2];
            pen.fillRect(0, 0, canvas.width, canvas.height);
        }, 40);
        const audio = new AudioContext();
        const tone = audio.createOscillator();
        const sound = audio.createMediaStreamDestination();
        tone.connect(sound);
        tone.start();
        const stream = canvas.captureStream(25);
        stream.addTrack(sound.stream.getAudioTracks()[0]);
        const recorder = new MediaRecorder(stream);
        const parts = [];
        recorder.ondataavailable = (event) => parts.push(event.data);
        recorder.start();
        await new Promise((resume) => setTimeout(resume, 1500));
        recorder.stop();
        await new Promise((resume) => { recorder.onstop = resume; });
        clearInterval(paint);
        return new Promise((resolve) => {
            const reader = new FileReader();
            reader.onload = () => resolve(reader.result.replace(/^.*,/, ''));
            reader.readAsDataURL(new Blob(parts));
        });
    });
    await page.close();
    return Buffer.from(text, 'base64');
}

module.exports = { filmIn };
