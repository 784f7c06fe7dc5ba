import asyncio
from contextlib import asynccontextmanager
class A:
    async def go(self): pass
class B:
    async def go(self): pass
@asynccontextmanager
async def keep(value, other=None):
    yield value or other
async def first():
    async with keep(A()) as a:
        await a.go()
async def second():
    async with keep(None, other=B()) as b:
        await b.go()
async def run():
    await first()
    await second()
asyncio.run(run())
