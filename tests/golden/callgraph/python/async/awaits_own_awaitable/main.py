import asyncio
def a(): pass
class Own:
    def __await__(self):
        yield from ()
        return a
class Plain:
    def go(self): pass
async def make():
    return Plain()
async def use():
    done = await Own()
    done()
    (await make()).go()
asyncio.run(use())
