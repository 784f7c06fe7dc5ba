{-# LANGUAGE OverloadedStrings #-}
{-# LANGUAGE TypeFamilies #-}

-- |
-- Module      : Shop.Inventory
-- Description : What is in the shop and what it costs.
module Shop.Inventory
  ( Item (..)
  , Priced (..)
  , Stock
  , addItem
  , total
  , (<+>)
  , module Shop.Money
  ) where

import qualified Data.Map.Strict as Map
import Control.Monad (forM_, when)
import Data.List (sortBy, foldl')
import Data.Maybe hiding (fromJust)
import Data.Text (Text)
import Shop.Money as Money (Amount (..), zero)
import Shop.Prelude
import Data.Text qualified as T

-- | Something that can be sold.
data Item
  = Item
      { itemName :: Text -- ^ Shown to people.
      , itemPrice :: !Amount
      }
  | Bundle [Item] Int
  | Gift
  deriving (Eq, Show)

-- | Counts by name.
newtype Stock = Stock { unStock :: Map.Map Text Int }
  deriving newtype (Eq)

type Names = [Text]

-- | Anything with a price.
class Show a => Priced a where
  type Currency a
  -- | The price of one.
  price :: a -> Amount
  price _ = zero
  discount :: Int -> a -> a

instance Priced Item where
  type Currency Item = Amount
  price (Item _ amount) = amount
  price (Bundle items factor) = scale factor (foldl' plus zero (map price items))
  price Gift = zero
  discount _ item = item

instance Semigroup Stock where
  Stock a <> Stock b = Stock (Map.unionWith (+) a b)

data Shape a where
  Box :: Int -> Shape Int
  Bag :: Shape ()

-- | Adds one item to the stock.
addItem :: Item -> Stock -> Stock
addItem Gift stock = stock
addItem item (Stock counts) = Stock (Map.insertWith (+) key 1 counts)
  where
    key = itemName item

-- | The price of everything, with a rule for big baskets.
total :: [Item] -> Amount
total [] = zero
total items
  | count > limit && isBig items = rebate (sumOf items)
  | otherwise = sumOf items
  where
    count = length items
    limit = 10
    sumOf = foldr (plus . price) zero

(<+>) :: Stock -> Stock -> Stock
left <+> right = left <> right
infixl 6 <+>

sorted :: [Item] -> [Item]
sorted = sortBy compareItems

compareItems :: Item -> Item -> Ordering
compareItems a b = compare (itemName a) (itemName b)

isBig :: [Item] -> Bool
isBig items = if null items then False else any (\item -> price item > zero) items

report :: Stock -> IO ()
report stock = do
  let names = Map.keys (unStock stock)
  line <- getLine
  when (line == "all") $ putStrLn "everything"
  forM_ names $ \name -> do
    putStrLn (T.unpack name)
  case names of
    [] -> return ()
    (first : _) | T.null first -> fail "empty"
    _ -> print (length names)

rename :: Text -> Item -> Item
rename name item = item { itemName = name }

foreign import ccall "math.h floor" cFloor :: Double -> Double

type family Elem container where
  Elem [a] = a

(low, high) = (0, 100)
