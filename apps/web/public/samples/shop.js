// The shop's own script, with a key of its own: "b" puts the hob into the basket.
;(() => {
  let count = 0
  const add = () => {
    count += 1
    document.getElementById('count').textContent = `(${count})`
  }
  document.getElementById('buy').addEventListener('click', add)
  document.addEventListener('keydown', ({ key, target }) => {
    if (key === 'b' && !(target instanceof HTMLInputElement)) add()
  })
})()
