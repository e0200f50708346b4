/** The window. */
export const App = () => <main>Tagboat</main>;
